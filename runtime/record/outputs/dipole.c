/* SPDX-License-Identifier: BSD-3-Clause */
/* The dipole of each trial: of all cells, and of each type that measures one. */
#include "record/outputs/dipole_trials.h"

#include <stdlib.h>

/* ---- results.h5 ---- */

static size_t n_rows(const hnn_output *self, const hnn_network *network)
{
    (void)self;
    return hnn_dipole_rows(network->model);
}

static hnn_dataset row(const hnn_output *self, const hnn_network *network, size_t i)
{
    return (hnn_dataset){.name = hnn_strdup(hnn_dipole_row_name(network->model, i)),
                         .rows = 1,
                         .units = self->units,
                         .description =
                             i == 0 ? self->description : "dipole of the cells of this type"};
}

static const double *rows(const hnn_output *self, const hnn_network *network,
                          const hnn_samples *samples)
{
    (void)self;
    (void)network;
    return samples->dipole;
}

/* ---- text ---- */

static void *open_trials(const hnn_network *network)
{
    hnn_dipole_trials *trials = hnn_alloc(1, sizeof *trials);
    hnn_dipole_trials_init(trials, network->model);
    return trials;
}

static void close_trials(void *state)
{
    hnn_dipole_trials_clear(state);
    free(state);
}

static hnn_status begin(void *state, int trial, const hnn_trial_events *events, hnn_errors *errors)
{
    (void)events;
    return hnn_dipole_trials_begin(state, trial, errors);
}

static void take(void *state, int trial, const hnn_samples *samples)
{
    hnn_dipole_trials_take(state, trial, samples);
}

static void drop(void *state, int trial)
{
    hnn_dipole_trials_drop(state, trial);
}

static void print(const void *state, int trial, FILE *file)
{
    const hnn_dipole_trials *trials = state;
    hnn_dipole_print(trials->model, trials->of[trial], file);
}

const hnn_output hnn_output_dipole = {
    .name = "dipole",
    .units = "nAm",
    .description = "dipole of all cells",
    .takes = HNN_TAKES_DIPOLE,
    .check = hnn_dipole_check,
    .n_datasets = n_rows,
    .dataset = row,
    .rows = rows,
    .open = open_trials,
    .close = close_trials,
    .begin = begin,
    .take = take,
    .written = drop,
    .forget = drop,
    .trial_text = "dpl",
    .print_trial = print,
    .text_bytes = hnn_dipole_text_bytes,
};
