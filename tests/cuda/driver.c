/* SPDX-License-Identifier: BSD-3-Clause */
/* A driver that only says how new it is: for the launcher, which lets no CUDA engine run without
 * one. */
__attribute__((visibility("default"))) int cuDriverGetVersion(int *version);

int cuDriverGetVersion(int *version)
{
    *version = 99000;
    return 0;
}
