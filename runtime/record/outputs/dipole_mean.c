/* SPDX-License-Identifier: BSD-3-Clause */
/* The mean over the trials of a run of their dipoles.
 *
 * Trials are added in their order, whatever the order in which they end, so that the bits of the
 * sum do not depend on it.  Those that end before an earlier one wait.  Postprocessing is linear:
 * that of the mean is the mean of the trials' own.                             */
#include "record/outputs/dipole_trials.h"

#include <stdlib.h>
#include <string.h>

typedef struct mean {
    hnn_dipole_trials waiting;
    bool *written; /* by trial */
    int next;      /* the first that is not in the sum */
    int n;         /* how many are */
    double *rows;  /* their sum, of all samples, nAm; NULL: none is */
    bool divided;  /* it is the mean */
} mean;

/* ---- adding up ---- */

static void add(mean *m, int trial)
{
    double *rows = m->waiting.of[trial];
    if (m->n++ == 0) { /* the first becomes the sum */
        m->rows = rows;
        m->waiting.of[trial] = NULL;
        return;
    }
    for (size_t i = 0; i < m->waiting.rows * m->waiting.samples; i++)
        m->rows[i] += rows[i];
    hnn_dipole_trials_drop(&m->waiting, trial);
}

/* As far as trials were written; to_the_end: beyond those that were not, which never will be. */
static void add_up(mean *m, bool to_the_end)
{
    for (; m->next < m->waiting.model->trials; m->next++) {
        if (m->written[m->next])
            add(m, m->next);
        else if (!to_the_end)
            return;
    }
}

/* At the end of the run. */
static const double *mean_rows(mean *m)
{
    add_up(m, true);
    for (size_t i = 0; !m->divided && i < m->waiting.rows * m->waiting.samples; i++)
        m->rows[i] /= m->n;
    m->divided = true;
    return m->rows;
}

/* ---- trials ---- */

static void *open_mean(const hnn_network *network)
{
    mean *m = hnn_alloc(1, sizeof *m);
    hnn_dipole_trials_init(&m->waiting, network->model);
    m->written = hnn_alloc((size_t)network->model->trials, sizeof *m->written);
    return m;
}

static void close_mean(void *state)
{
    mean *m = state;
    hnn_dipole_trials_clear(&m->waiting);
    free(m->written);
    free(m->rows);
    free(m);
}

static hnn_status begin(void *state, int trial, const hnn_trial_events *events, hnn_errors *errors)
{
    (void)events;
    mean *m = state;
    return hnn_dipole_trials_begin(&m->waiting, trial, errors);
}

static void take(void *state, int trial, const hnn_samples *samples)
{
    const mean *m = state;
    hnn_dipole_trials_take(&m->waiting, trial, samples);
}

static void written(void *state, int trial)
{
    mean *m = state;
    m->written[trial] = true;
    add_up(m, false);
}

static void forget(void *state, int trial)
{
    mean *m = state;
    hnn_dipole_trials_drop(&m->waiting, trial);
}

/* ---- writing ---- */

static void print(void *state, FILE *file)
{
    mean *m = state;
    hnn_dipole_print(m->waiting.model, mean_rows(m), file);
}

static void list_arrays(void *state, hnn_output_arrays *out)
{
    mean *m = state;
    size_t samples = m->waiting.samples;
    const double *rows = mean_rows(m);
    *out = (hnn_output_arrays){.n = m->waiting.rows,
                               .items = hnn_alloc(m->waiting.rows, sizeof *out->items),
                               .n_trials = m->n};
    for (size_t row = 0; row < out->n; row++) {
        double *numbers = hnn_alloc(samples, sizeof *numbers);
        memcpy(numbers, rows + row * samples, samples * sizeof *numbers);
        out->items[row] = (hnn_output_array){
            .name = hnn_dipole_row_name(m->waiting.model, row),
            .n = samples,
            .numbers = numbers,
            .units = "nAm",
            .description = row == 0 ? "mean over trials of the dipole of all cells"
                                    : "mean over trials of the dipole of the cells of this type"};
    }
}

static double run_bytes(const hnn_model *model)
{
    return (double)hnn_dipole_rows(model) * sizeof(double) + hnn_dipole_text_bytes(model);
}

const hnn_output hnn_output_dipole_mean = {
    .name = "dipole_mean",
    .takes = HNN_TAKES_DIPOLE,
    .check = hnn_dipole_check,
    .open = open_mean,
    .close = close_mean,
    .begin = begin,
    .take = take,
    .written = written,
    .forget = forget,
    .run_text = "dpl_mean.txt",
    .print_run = print,
    .run_arrays = list_arrays,
    .run_bytes = run_bytes,
};
