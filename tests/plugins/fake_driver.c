/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands for NVIDIA's driver, libcuda.so.1, as far as hnn-run asks it. */
__attribute__((visibility("default"))) int cuDriverGetVersion(int *version);

int cuDriverGetVersion(int *version)
{
    *version = FAKE_VERSION;
    return 0;
}
