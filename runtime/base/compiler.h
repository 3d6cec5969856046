/* SPDX-License-Identifier: BSD-3-Clause */
/* What the compiler is to check. */
#ifndef HNN_COMPILER_H
#define HNN_COMPILER_H

#define HNN_MUST_CHECK __attribute__((warn_unused_result))
#define HNN_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#endif
