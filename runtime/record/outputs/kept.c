/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/outputs/kept.h"

void hnn_kept_open(hnn_kept *kept, const hnn_network *network)
{
    *kept = (hnn_kept){.outputs = hnn_outputs_of(network->model)};
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->open)
            kept->states[i] = kept->outputs.items[i]->open(network);
}

void hnn_kept_close(hnn_kept *kept)
{
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->close)
            kept->outputs.items[i]->close(kept->states[i]);
    *kept = (hnn_kept){0};
}

hnn_status hnn_kept_begin(hnn_kept *kept, int trial, const hnn_trial_events *events,
                          hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < kept->outputs.n && status == HNN_OK; i++)
        if (kept->outputs.items[i]->begin)
            status = kept->outputs.items[i]->begin(kept->states[i], trial, events, errors);
    if (status != HNN_OK)
        hnn_kept_forget(kept, trial);
    return status;
}

void hnn_kept_take(hnn_kept *kept, int trial, const hnn_samples *samples)
{
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->take)
            kept->outputs.items[i]->take(kept->states[i], trial, samples);
}

void hnn_kept_complete(hnn_kept *kept, int trial)
{
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->complete)
            kept->outputs.items[i]->complete(kept->states[i], trial);
}

void hnn_kept_written(hnn_kept *kept, int trial)
{
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->written)
            kept->outputs.items[i]->written(kept->states[i], trial);
}

void hnn_kept_forget(hnn_kept *kept, int trial)
{
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->forget)
            kept->outputs.items[i]->forget(kept->states[i], trial);
}

const size_t *hnn_kept_counts(const hnn_kept *kept, int trial)
{
    for (size_t i = 0; i < kept->outputs.n; i++)
        if (kept->outputs.items[i]->counts)
            return kept->outputs.items[i]->counts(kept->states[i], trial);
    return NULL;
}
