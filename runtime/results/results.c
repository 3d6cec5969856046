/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/results.h"

#include "results/results_internal.h"
#include "results/text.h"
#include <stdlib.h>

/* ---- opening ---- */

static hnn_results *create(const hnn_network *network)
{
    hnn_results *results = hnn_alloc(1, sizeof *results);
    results->network = network;
    results->samples = hnn_model_samples(network->model);
    results->n_trials = (size_t)network->model->trials;
    hnn_buffers_init(&results->buffers, network);
    return results;
}

hnn_status hnn_results_open(const hnn_results_options *options, const hnn_network *network,
                            hnn_results **out, hnn_errors *errors)
{
    hnn_status status = hnn_outputs_check(network->model, errors);
    if (status)
        return status;
    hnn_results *results = create(network);
    status = hnn_folder_open(&results->folder, options->dir, options->overwrite, errors);
    if (status) {
        free(results);
        return status;
    }
    double runs = options->runs_alike > 1 ? options->runs_alike : 1.0;
    status = hnn_folder_check_room(&results->folder, runs * hnn_outputs_bytes(network), errors);
    if (!status) {
        results->trials = hnn_alloc(results->n_trials, sizeof *results->trials);
        hnn_kept_open(&results->kept, network);
        HNN_AUTO_FREE char *path = hnn_folder_part(&results->folder, "results.h5");
        status = hnn_h5_create(path, network, options->attributes, &results->h5, errors);
    }
    if (status) {
        hnn_results_close(results);
        return status;
    }
    *out = results;
    return HNN_OK;
}

/* ---- a trial ---- */

/* The calls come from this program: a wrong order is reported, not guessed at. */
static hnn_status require(const hnn_results *results, int trial, hnn_trial_state state,
                          hnn_errors *errors)
{
    if (trial < 0 || (size_t)trial >= results->n_trials)
        return hnn_fail(errors, HNN_ERR_OUTPUT, "results: there is no trial %d", trial);
    if (results->finished || results->trials[trial].state != state)
        return hnn_fail(errors, HNN_ERR_OUTPUT, "results: trial %d is not %s", trial,
                        state == HNN_TRIAL_OPEN ? "open" : "waiting");
    return HNN_OK;
}

hnn_status hnn_results_begin_trial(hnn_results *results, int trial, const hnn_trial_events *events,
                                   hnn_errors *errors)
{
    hnn_status status = require(results, trial, HNN_TRIAL_WAITING, errors);
    if (!status)
        status = hnn_h5_add_trial(results->h5, trial, errors);
    if (status)
        return status;
    hnn_trial_data *data = &results->trials[trial];
    status = hnn_buffer_take(&results->buffers, &data->buffer, errors);
    if (status)
        return status;
    status = hnn_kept_begin(&results->kept, trial, events, errors);
    if (status)
        hnn_buffer_give_back(&results->buffers, &data->buffer);
    else
        data->state = HNN_TRIAL_OPEN;
    return status;
}

hnn_status hnn_results_append(hnn_results *results, int trial, const hnn_samples *samples,
                              hnn_errors *errors)
{
    hnn_status status = require(results, trial, HNN_TRIAL_OPEN, errors);
    if (status)
        return status;
    hnn_trial_data *data = &results->trials[trial];
    if (samples->first != data->samples || samples->n > results->samples - data->samples)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "results: samples %zu to %zu of trial %d came where %zu was next and %zu "
                        "are expected in all",
                        samples->first, samples->first + samples->n, trial, data->samples,
                        results->samples);
    data->samples += samples->n;
    hnn_kept_take(&results->kept, trial, samples);
    return hnn_buffer_add(&results->buffers, &data->buffer, results->h5, trial, samples, errors);
}

/* ---- the end of a trial ---- */

char *hnn_results_text_name(const hnn_output *output, int trial)
{
    if (trial == HNN_H5_RUN)
        return output->run_text ? hnn_strdup(output->run_text) : NULL;
    return output->trial_text ? hnn_output_trial_file(output, trial) : NULL;
}

static hnn_status write_text(const hnn_results *results, size_t output, int trial,
                             hnn_errors *errors)
{
    const hnn_output *what = results->kept.outputs.items[output];
    HNN_AUTO_FREE char *name = hnn_results_text_name(what, trial);
    if (!name)
        return HNN_OK;
    HNN_AUTO_FREE char *path = hnn_folder_part(&results->folder, name);
    FILE *file = hnn_text_open(path, errors);
    if (!file)
        return HNN_ERR_OUTPUT;
    if (trial == HNN_H5_RUN)
        what->print_run(results->kept.states[output], file);
    else
        what->print_trial(results->kept.states[output], trial, file);
    return hnn_text_close(file, path, errors);
}

hnn_status hnn_results_write_texts(hnn_results *results, int trial, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < results->kept.outputs.n && !status; i++)
        status = write_text(results, i, trial, errors);
    return status;
}

static hnn_status write_trial(hnn_results *results, int trial, hnn_errors *errors)
{
    hnn_status status = hnn_buffer_flush(&results->buffers, &results->trials[trial].buffer,
                                         results->h5, trial, errors);
    hnn_kept_complete(&results->kept, trial);
    return status ? status : hnn_results_write_texts(results, trial, errors);
}

hnn_status hnn_results_end_trial(hnn_results *results, int trial, hnn_errors *errors)
{
    hnn_status status = require(results, trial, HNN_TRIAL_OPEN, errors);
    if (status)
        return status;
    hnn_trial_data *data = &results->trials[trial];
    if (results->buffers.rows && data->samples != results->samples)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "results: trial %d ended after %zu of its %zu samples", trial,
                        data->samples, results->samples);
    status = write_trial(results, trial, errors);
    if (status) {
        hnn_results_abandon_trial(results, trial);
        return status;
    }
    hnn_kept_written(&results->kept, trial);
    hnn_buffer_give_back(&results->buffers, &data->buffer);
    data->state = HNN_TRIAL_ENDED;
    return HNN_OK;
}

void hnn_results_abandon_trial(hnn_results *results, int trial)
{
    if (!results || trial < 0 || (size_t)trial >= results->n_trials ||
        results->trials[trial].state != HNN_TRIAL_OPEN)
        return;
    hnn_kept_forget(&results->kept, trial);
    hnn_buffer_give_back(&results->buffers, &results->trials[trial].buffer);
    results->trials[trial].state = HNN_TRIAL_ABANDONED;
}

bool hnn_results_has_ended(const hnn_results *results, long trial)
{
    return trial >= 0 && (size_t)trial < results->n_trials &&
           results->trials[trial].state == HNN_TRIAL_ENDED;
}

const size_t *hnn_results_spike_counts(const hnn_results *results, int trial)
{
    return hnn_results_has_ended(results, trial) ? hnn_kept_counts(&results->kept, trial) : NULL;
}

size_t hnn_results_finished_trials(const hnn_results *results)
{
    size_t n = 0;
    for (size_t i = 0; i < results->n_trials; i++)
        n += results->trials[i].state == HNN_TRIAL_ENDED;
    return n;
}

void hnn_results_close(hnn_results *results)
{
    if (!results)
        return;
    if (results->h5)
        hnn_h5_close(results->h5, NULL);
    hnn_folder_close(&results->folder, !results->finished);
    for (size_t k = 0; results->trials && k < results->n_trials; k++)
        hnn_results_abandon_trial(results, (int)k);
    hnn_kept_close(&results->kept);
    hnn_buffers_clear(&results->buffers);
    free(results->trials);
    free(results);
}
