/* SPDX-License-Identifier: BSD-3-Clause */
/* Measuring a run from outside: hnn-run starts itself and reads what the run says. */
#ifndef HNN_CLI_MEASURE_H
#define HNN_CLI_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cli_measure {
    const char *program;                  /* hnn-run itself */
    const char *model, *engine, *kernels; /* kernels may be NULL */
    int threads;
    const char *const *overrides;
    size_t n_overrides;
} cli_measure;

typedef struct cli_measured {
    double build, solve, process; /* seconds: of run.json, and from start to end */
    double memory;                /* MB at the peak */
} cli_measured;

/* Runs once, with results into a scratch folder that is removed again.  false when the run did
 * not succeed.                                                                  */
bool cli_measure_run(const cli_measure *what, cli_measured *out);

/* Medians of each figure on its own, n at least 1. */
cli_measured cli_median(const cli_measured *runs, size_t n);

#endif
