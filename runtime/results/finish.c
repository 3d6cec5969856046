/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of a run: what outputs write of it, and the names of all files. */
#include "doc/json.h"
#include "results/results.h"
#include "results/results_internal.h"
#include "results/text.h"
#include <stdlib.h>
#include <string.h>

/* ---- results.h5 ---- */

/* What an output has of a trial or of the run; false for nothing. */
static bool list_arrays(const hnn_output *output, void *state, int trial, hnn_output_arrays *out)
{
    bool of_run = trial == HNN_H5_RUN;
    if (of_run && output->run_arrays)
        output->run_arrays(state, out);
    else if (!of_run && output->trial_arrays)
        output->trial_arrays(state, trial, out);
    else
        return false;
    return true;
}

static hnn_status write_arrays(hnn_results *results, int trial, hnn_errors *errors)
{
    const hnn_outputs *outputs = &results->kept.outputs;
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < outputs->n && !status; i++) {
        const hnn_output *output = outputs->items[i];
        hnn_output_arrays arrays;
        if (!list_arrays(output, results->kept.states[i], trial, &arrays))
            continue;
        status = hnn_h5_write_arrays(results->h5, trial, output->name, &arrays, errors);
        hnn_output_arrays_clear(&arrays);
    }
    return status;
}

static hnn_status complete_h5(hnn_results *results, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (int k = 0; k < hnn_h5_trials(results->h5) && !status; k++)
        status = hnn_results_has_ended(results, k) ? write_arrays(results, k, errors)
                                                   : hnn_h5_remove_trial(results->h5, k, errors);
    if (!status && hnn_results_finished_trials(results) > 0)
        status = write_arrays(results, HNN_H5_RUN, errors);
    hnn_status closed = hnn_h5_close(results->h5, status ? NULL : errors);
    results->h5 = NULL;
    return status ? status : closed;
}

/* ---- files ---- */

static hnn_status write_run_info(const hnn_results *results, const json_t *run_info,
                                 hnn_errors *errors)
{
    HNN_AUTO_FREE char *text = hnn_json_text(run_info, 2);
    HNN_AUTO_FREE char *path = hnn_folder_part(&results->folder, "run.json");
    return hnn_text_write(path, text, errors);
}

/* Whether this run has made an output's text file of that name. */
static bool has_made(const hnn_results *results, const hnn_output *output, const char *name)
{
    if (output->run_text && strcmp(name, output->run_text) == 0)
        return hnn_results_finished_trials(results) > 0;
    const char *number = strrchr(name, '_');
    if (!output->trial_text || !number)
        return false;
    long trial = strtol(number + 1, NULL, 10);
    if (!hnn_results_has_ended(results, trial))
        return false;
    HNN_AUTO_FREE char *own = hnn_output_trial_file(output, (int)trial);
    return strcmp(name, own) == 0;
}

/* Whether this run has made a file of that name. */
static bool made_here(const void *data, const char *name)
{
    const hnn_results *results = data;
    if (strcmp(name, "results.h5") == 0 || strcmp(name, "run.json") == 0)
        return true;
    for (size_t i = 0; i < results->kept.outputs.n; i++)
        if (has_made(results, results->kept.outputs.items[i], name))
            return true;
    return false;
}

/* The text files of a trial or of the run get their names. */
static hnn_status publish_texts(const hnn_results *results, int trial, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < results->kept.outputs.n && !status; i++) {
        HNN_AUTO_FREE char *name = hnn_results_text_name(results->kept.outputs.items[i], trial);
        if (name)
            status = hnn_folder_publish(&results->folder, name, errors);
    }
    return status;
}

static hnn_status publish(const hnn_results *results, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t k = 0; k < results->n_trials && !status; k++)
        if (hnn_results_has_ended(results, (long)k))
            status = publish_texts(results, (int)k, errors);
    if (!status && hnn_results_finished_trials(results) > 0)
        status = publish_texts(results, HNN_H5_RUN, errors);
    if (!status)
        status = hnn_folder_publish(&results->folder, "results.h5", errors);
    return status ? status : hnn_folder_publish(&results->folder, "run.json", errors);
}

hnn_status hnn_results_finish(hnn_results *results, const json_t *run_info, hnn_errors *errors)
{
    for (size_t k = 0; k < results->n_trials; k++)
        hnn_results_abandon_trial(results, (int)k);
    hnn_status status = complete_h5(results, errors);
    if (!status && hnn_results_finished_trials(results) > 0)
        status = hnn_results_write_texts(results, HNN_H5_RUN, errors);
    if (!status)
        status = write_run_info(results, run_info, errors);
    if (!status)
        status = publish(results, errors);
    if (status)
        return status;
    hnn_folder_remove_others(&results->folder, made_here, results);
    results->finished = true;
    return HNN_OK;
}
