/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/outputs/dipole_trials.h"

#include "record/dipole.h"
#include "record/postprocess.h"
#include <stdlib.h>
#include <string.h>

/* ---- trials ---- */

void hnn_dipole_trials_init(hnn_dipole_trials *trials, const hnn_model *model)
{
    *trials = (hnn_dipole_trials){.model = model,
                                  .rows = hnn_dipole_rows(model),
                                  .samples = hnn_model_samples(model),
                                  .of = hnn_alloc((size_t)model->trials, sizeof *trials->of)};
}

void hnn_dipole_trials_clear(hnn_dipole_trials *trials)
{
    for (int trial = 0; trial < trials->model->trials; trial++)
        free(trials->of[trial]);
    free(trials->of);
}

hnn_status hnn_dipole_trials_begin(hnn_dipole_trials *trials, int trial, hnn_errors *errors)
{
    size_t n = trials->rows * trials->samples;
    trials->of[trial] = hnn_array(n, sizeof(double));
    if (trials->of[trial])
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the dipole of a trial (%.3g MB)",
                    (double)sizeof(double) * (double)n / 1e6);
}

void hnn_dipole_trials_take(const hnn_dipole_trials *trials, int trial, const hnn_samples *samples)
{
    if (samples->n == 0) /* nothing but spikes: no rows */
        return;
    for (size_t row = 0; row < trials->rows; row++)
        memcpy(trials->of[trial] + row * trials->samples + samples->first,
               samples->dipole + row * samples->n, samples->n * sizeof(double));
}

void hnn_dipole_trials_drop(hnn_dipole_trials *trials, int trial)
{
    free(trials->of[trial]);
    trials->of[trial] = NULL;
}

/* ---- any dipole ---- */

hnn_status hnn_dipole_check(const hnn_model *model, hnn_errors *errors)
{
    return hnn_postprocess_check(&model->postprocess, model->dt, hnn_model_samples(model), errors);
}

size_t hnn_dipole_rows(const hnn_model *model)
{
    return 1 + hnn_dipole_types(model, NULL);
}

const char *hnn_dipole_row_name(const hnn_model *model, size_t row)
{
    HNN_AUTO_FREE int *types = hnn_alloc(model->n_cell_types, sizeof *types);
    hnn_dipole_types(model, types);
    return row == 0 ? "agg" : model->cell_types[types[row - 1]].name;
}

static size_t columns_of(const hnn_model *model)
{
    return hnn_dipole_rows(model) == 3 ? 3 : 1;
}

void hnn_dipole_print(const hnn_model *model, const double *rows, FILE *file)
{
    size_t columns = columns_of(model), n = hnn_model_samples(model);
    HNN_AUTO_FREE double *processed = hnn_alloc(columns * n, sizeof *processed);
    memcpy(processed, rows, columns * n * sizeof *processed);
    for (size_t c = 0; c < columns; c++)
        hnn_postprocess_apply(&model->postprocess, model->dt, processed + c * n, n);
    /* time as the reference has it: summed up by half steps, then rounded */
    double t = 0.0;
    for (size_t i = 0; i < n && !ferror(file); i++) {
        fprintf(file, "%3.3f", t);
        for (size_t c = 0; c < columns; c++)
            fprintf(file, "\t%5.4f", processed[c * n + i]);
        fputc('\n', file);
        t += 0.5 * model->dt;
        t += 0.5 * model->dt;
    }
}

double hnn_dipole_text_bytes(const hnn_model *model)
{
    const double column = 10.0; /* about: bytes of a number */
    return column * (double)(1 + columns_of(model));
}
