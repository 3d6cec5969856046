/* SPDX-License-Identifier: BSD-3-Clause */
/* Variables of an environment that may be another than this process' own. */
#ifndef HNN_ENVIRONMENT_H
#define HNN_ENVIRONMENT_H

/* The value of a variable in env, which is like environ: NAME=value texts, ended by NULL.  NULL
 * when it is not set.  Borrowed from env.                                        */
const char *hnn_env_get(const char *const *env, const char *name);

#endif
