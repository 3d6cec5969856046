/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HNN_CLOCK_H
#define HNN_CLOCK_H

/* Seconds of a clock that never steps back. */
double hnn_seconds(void);

#endif
