#include "results/results.h"

#include "doc/json.h"
#include "record/dipole.h"
#include "results/folder.h"
#include "results/h5.h"
#include "record/postprocess.h"
#include "results/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Samples are collected so that a write fills a good part of a dataset: per open trial. */
enum { BUFFER_BYTES = 32 * 1024 * 1024 };

typedef enum trial_state { TRIAL_WAITING, TRIAL_OPEN, TRIAL_ENDED, TRIAL_ABANDONED } trial_state;

typedef struct trial_data {
    trial_state state;
    size_t samples;    /* how many have come */
    double *dipole;    /* 1 + types rows of all samples */
    double *buffer;    /* traces and contacts: rows of buffer_samples */
    size_t buffered;   /* the last so many samples are in the buffer */
    hnn_spike *spikes; /* sorted once the trial has ended; kept until finish */
    size_t n_spikes, capacity;
    size_t *counts; /* by type and drive, once ended */
} trial_data;

struct hnn_results {
    hnn_folder folder;
    const hnn_network *network;
    hnn_h5 *h5;
    size_t samples;        /* of a trial */
    double last_time;      /* ms; of the last sample, as it accumulates */
    size_t dipoles;        /* 1 + types, 0 if not recorded */
    size_t contacts, rows; /* rows: traces and contacts */
    size_t buffer_samples;
    double *spare; /* a buffer that is not in use */
    size_t n_trials;
    trial_data *trials;
    bool finished;
};

/* ---- opening ---- */

static void set_sizes(hnn_results *results)
{
    const hnn_model *model = results->network->model;
    results->samples = hnn_model_samples(model);
    results->last_time = hnn_model_accumulated_time(model, results->samples - 1);
    results->dipoles = model->record.dipole ? 1 + hnn_dipole_types(model, NULL) : 0;
    for (size_t i = 0; i < model->n_electrodes; i++)
        results->contacts += model->electrodes[i].n_contacts;
    results->rows = results->network->n_traces + results->contacts;
    if (results->rows) {
        size_t fit = BUFFER_BYTES / (results->rows * sizeof(double));
        results->buffer_samples = fit < 1 ? 1 : fit > results->samples ? results->samples : fit;
    }
    results->n_trials = (size_t)model->trials;
}

static double estimate_bytes(const hnn_results *results)
{
    const double text_column = 10.0; /* about: bytes of a number in the text files */
    double samples = (double)results->samples;
    double text = results->dipoles ? samples * text_column * (double)(1 + results->dipoles) : 0.0;
    double trial = samples * sizeof(double) * (double)(results->rows + results->dipoles) + text;
    return samples * sizeof(double) + trial * (double)results->n_trials;
}

hnn_status hnn_results_open(const hnn_results_options *options, const hnn_network *network,
                            hnn_results **out, hnn_errors *errors)
{
    const hnn_model *model = network->model;
    hnn_status status = model->record.dipole
                            ? hnn_postprocess_check(&model->postprocess, model->dt,
                                                    hnn_model_samples(model), errors)
                            : HNN_OK;
    if (status)
        return status;
    hnn_results *results = hnn_alloc(1, sizeof *results);
    results->network = network;
    set_sizes(results);
    status = hnn_folder_open(&results->folder, options->dir, options->overwrite, errors);
    if (status) {
        free(results);
        return status;
    }
    results->trials = hnn_alloc(results->n_trials, sizeof *results->trials);
    double runs = options->runs_alike > 1 ? options->runs_alike : 1.0;
    status = hnn_folder_check_room(&results->folder, runs * estimate_bytes(results), errors);
    if (!status) {
        HNN_AUTO_FREE char *path = hnn_folder_part(&results->folder, "results.h5");
        hnn_h5_attributes attributes = {options->n_attributes, options->attributes};
        status = hnn_h5_create(path, network, attributes, &results->h5, errors);
    }
    if (status) {
        hnn_results_close(results);
        return status;
    }
    *out = results;
    return HNN_OK;
}

/* ---- a trial ---- */

/* The calls come from this program: a wrong order is told, not guessed at. */
static hnn_status require(const hnn_results *results, int trial, trial_state state,
                          hnn_errors *errors)
{
    if (trial < 0 || (size_t)trial >= results->n_trials)
        return hnn_fail(errors, HNN_ERR_OUTPUT, "results: there is no trial %d", trial);
    if (results->finished || results->trials[trial].state != state)
        return hnn_fail(errors, HNN_ERR_OUTPUT, "results: trial %d is not %s", trial,
                        state == TRIAL_OPEN ? "open" : "waiting");
    return HNN_OK;
}

/* One buffer is kept for the next trial: large blocks that come and go between small ones
 * would make the heap grow.                                                   */
static void release_samples(hnn_results *results, trial_data *data)
{
    free(data->dipole);
    if (results->spare)
        free(data->buffer);
    else
        results->spare = data->buffer;
    data->dipole = data->buffer = NULL;
}

static double *get_buffer(hnn_results *results)
{
    double *buffer = results->spare;
    results->spare = NULL;
    return buffer ? buffer : hnn_array(results->rows * results->buffer_samples, sizeof *buffer);
}

static void release_trial(hnn_results *results, trial_data *data)
{
    release_samples(results, data);
    free(data->spikes);
    free(data->counts);
    data->spikes = NULL;
    data->counts = NULL;
    data->n_spikes = data->capacity = 0;
}

hnn_status hnn_results_begin_trial(hnn_results *results, int trial, hnn_errors *errors)
{
    hnn_status status = require(results, trial, TRIAL_WAITING, errors);
    if (status)
        return status;
    status = hnn_h5_add_trial(results->h5, trial, errors);
    if (status)
        return status;
    trial_data *data = &results->trials[trial];
    data->dipole = hnn_array(results->dipoles * results->samples, sizeof *data->dipole);
    data->buffer = get_buffer(results);
    data->buffered = 0;
    if (!data->dipole || !data->buffer) {
        release_samples(results, data);
        return hnn_fail(errors, HNN_ERR_MEMORY, "no memory for the recordings of a trial (%.3g MB)",
                        (double)sizeof(double) *
                            (double)(results->dipoles * results->samples +
                                     results->rows * results->buffer_samples) /
                            1e6);
    }
    data->state = TRIAL_OPEN;
    return HNN_OK;
}

static hnn_status flush_buffer(hnn_results *results, int trial, hnn_errors *errors)
{
    trial_data *data = &results->trials[trial];
    if (data->buffered == 0)
        return HNN_OK;
    hnn_h5_block block = {.first = data->samples - data->buffered,
                          .n = data->buffered,
                          .stride = results->buffer_samples,
                          .rows = data->buffer};
    data->buffered = 0;
    return hnn_h5_write_block(results->h5, trial, &block, errors);
}

/* Samples from .. from+n-1 of a chunk into the buffer, which has room for them. */
static void fill_buffer(const hnn_results *results, trial_data *data, const hnn_samples *samples,
                        size_t from, size_t n)
{
    size_t traces = results->network->n_traces;
    for (size_t row = 0; row < results->rows; row++) {
        const double *source = row < traces ? samples->traces + row * samples->n
                                            : samples->electrodes + (row - traces) * samples->n;
        memcpy(data->buffer + row * results->buffer_samples + data->buffered, source + from,
               n * sizeof *source);
    }
}

hnn_status hnn_results_append(hnn_results *results, int trial, const hnn_samples *samples,
                              hnn_errors *errors)
{
    hnn_status status = require(results, trial, TRIAL_OPEN, errors);
    if (status)
        return status;
    trial_data *data = &results->trials[trial];
    if (samples->first != data->samples || samples->n > results->samples - data->samples)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "results: samples %zu to %zu of trial %d came where %zu was next and %zu "
                        "are expected in all",
                        samples->first, samples->first + samples->n, trial, data->samples,
                        results->samples);
    for (size_t row = 0; row < results->dipoles; row++)
        memcpy(data->dipole + row * results->samples + samples->first,
               samples->dipole + row * samples->n, samples->n * sizeof *data->dipole);
    for (size_t from = 0, n; from < samples->n; from += n) {
        n = samples->n - from;
        if (results->rows) {
            size_t room = results->buffer_samples - data->buffered;
            n = n < room ? n : room;
            fill_buffer(results, data, samples, from, n);
            data->buffered += n;
        }
        data->samples += n;
        if (results->rows && data->buffered == results->buffer_samples)
            status = flush_buffer(results, trial, errors);
        if (status)
            return status;
    }
    return HNN_OK;
}

static void push_spike(trial_data *data, double time, int gid)
{
    if (data->n_spikes == data->capacity) {
        data->capacity = data->capacity ? 2 * data->capacity : 256;
        data->spikes = hnn_realloc(data->spikes, data->capacity, sizeof *data->spikes);
    }
    data->spikes[data->n_spikes++] = (hnn_spike){.time = time, .gid = gid};
}

hnn_status hnn_results_append_spikes(hnn_results *results, int trial, const hnn_spike *spikes,
                                     size_t n, hnn_errors *errors)
{
    hnn_status status = require(results, trial, TRIAL_OPEN, errors);
    for (size_t i = 0; i < n && !status; i++)
        push_spike(&results->trials[trial], spikes[i].time, spikes[i].gid);
    return status;
}

hnn_status hnn_results_append_drives(hnn_results *results, int trial,
                                     const hnn_trial_events *events, hnn_errors *errors)
{
    hnn_status status = require(results, trial, TRIAL_OPEN, errors);
    if (status)
        return status;
    for (size_t source = 0; source < events->n_sources; source++) {
        if (!results->network->drive_cell_exists[source])
            continue;
        for (size_t i = events->start[source]; i < events->start[source + 1]; i++)
            if (events->times[i] <= results->last_time)
                push_spike(&results->trials[trial], events->times[i],
                           (int)(results->network->n_cells + source));
    }
    return HNN_OK;
}

/* ---- the end of a trial ---- */

static int compare_spikes(const void *a, const void *b)
{
    const hnn_spike *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return (left->gid > right->gid) - (left->gid < right->gid);
}

/* Index of the cell type or drive (after the types) that a gid belongs to. */
static size_t gid_class(const hnn_network *network, int gid)
{
    const hnn_model *model = network->model;
    const int *first = network->first_gid_of_type;
    size_t n = model->n_cell_types, offset = 0;
    if ((size_t)gid >= network->n_cells) {
        first = network->first_gid_of_drive;
        offset = n;
        n = model->n_drives;
    }
    size_t i = 0;
    while (i + 1 < n && gid >= first[i + 1])
        i++;
    return offset + i;
}

static void count_spikes(const hnn_results *results, trial_data *data)
{
    const hnn_model *model = results->network->model;
    data->counts = hnn_alloc(model->n_cell_types + model->n_drives, sizeof *data->counts);
    for (size_t i = 0; i < data->n_spikes; i++)
        data->counts[gid_class(results->network, data->spikes[i].gid)]++;
}

/* The temporary file of a trial's text: "dpl" or "spk". */
static char *trial_part(const hnn_results *results, const char *what, int trial)
{
    HNN_AUTO_FREE char *name = hnn_printf("%s_%d.txt", what, trial);
    return hnn_folder_part(&results->folder, name);
}

static hnn_status write_dipole(hnn_results *results, int trial, hnn_errors *errors)
{
    const hnn_model *model = results->network->model;
    double *rows = results->trials[trial].dipole;
    hnn_status status = hnn_h5_write_dipole(results->h5, trial, rows, errors);
    if (status)
        return status;
    for (size_t row = 0; row < results->dipoles; row++)
        hnn_postprocess_apply(&model->postprocess, model->dt, rows + row * results->samples,
                              results->samples);
    HNN_AUTO_FREE char *path = trial_part(results, "dpl", trial);
    return hnn_text_write_dipole(path, model, rows, results->samples, errors);
}

static hnn_status write_trial(hnn_results *results, int trial, hnn_errors *errors)
{
    trial_data *data = &results->trials[trial];
    hnn_status status = flush_buffer(results, trial, errors);
    if (!status && results->dipoles)
        status = write_dipole(results, trial, errors);
    if (status || !results->network->model->record.spikes)
        return status;
    HNN_AUTO_FREE char *path = trial_part(results, "spk", trial);
    return hnn_text_write_spikes(path, results->network, data->spikes, data->n_spikes, errors);
}

hnn_status hnn_results_end_trial(hnn_results *results, int trial, hnn_errors *errors)
{
    hnn_status status = require(results, trial, TRIAL_OPEN, errors);
    if (status)
        return status;
    trial_data *data = &results->trials[trial];
    bool sampled = results->dipoles || results->rows;
    if (sampled && data->samples != results->samples)
        return hnn_fail(errors, HNN_ERR_OUTPUT,
                        "results: trial %d ended after %zu of its %zu samples", trial,
                        data->samples, results->samples);
    if (data->n_spikes)
        qsort(data->spikes, data->n_spikes, sizeof *data->spikes, compare_spikes);
    count_spikes(results, data);
    status = write_trial(results, trial, errors);
    if (status) {
        hnn_results_abandon_trial(results, trial);
        return status;
    }
    release_samples(results, data);
    data->state = TRIAL_ENDED;
    return HNN_OK;
}

void hnn_results_abandon_trial(hnn_results *results, int trial)
{
    if (!results || trial < 0 || (size_t)trial >= results->n_trials ||
        results->trials[trial].state != TRIAL_OPEN)
        return;
    release_trial(results, &results->trials[trial]);
    results->trials[trial].state = TRIAL_ABANDONED;
}

const size_t *hnn_results_spike_counts(const hnn_results *results, int trial)
{
    if (trial < 0 || (size_t)trial >= results->n_trials ||
        results->trials[trial].state != TRIAL_ENDED)
        return NULL;
    return results->trials[trial].counts;
}

size_t hnn_results_finished_trials(const hnn_results *results)
{
    size_t n = 0;
    for (size_t i = 0; i < results->n_trials; i++)
        n += results->trials[i].state == TRIAL_ENDED;
    return n;
}

const char *hnn_results_dir(const hnn_results *results)
{
    return results->folder.path;
}

/* ---- the end of the run ---- */

static hnn_status complete_h5(hnn_results *results, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    bool spikes = results->network->model->record.spikes;
    for (int k = 0; k < hnn_h5_trials(results->h5) && !status; k++) {
        const trial_data *data = &results->trials[k];
        if (data->state != TRIAL_ENDED)
            status = hnn_h5_remove_trial(results->h5, k, errors);
        else if (spikes)
            status = hnn_h5_write_spikes(results->h5, k, data->spikes, data->n_spikes, errors);
    }
    hnn_status closed = hnn_h5_close(results->h5, status ? NULL : errors);
    results->h5 = NULL;
    return status ? status : closed;
}

static hnn_status write_run_info(const hnn_results *results, const json_t *run_info,
                                 hnn_errors *errors)
{
    HNN_AUTO_FREE char *text = hnn_json_text(run_info, 2);
    HNN_AUTO_FREE char *path = hnn_folder_part(&results->folder, "run.json");
    return hnn_text_write(path, text, errors);
}

/* Whether this run has made a file of that name. */
static bool made_here(const void *data, const char *name)
{
    const hnn_results *results = data;
    if (strcmp(name, "results.h5") == 0 || strcmp(name, "run.json") == 0)
        return true;
    if (name[0] == 'p') /* point_<p>, of a sweep */
        return false;
    long k = strtol(name + 4, NULL, 10);
    bool recorded = name[0] == 'd' ? results->dipoles > 0 : results->network->model->record.spikes;
    return recorded && k >= 0 && (size_t)k < results->n_trials &&
           results->trials[k].state == TRIAL_ENDED;
}

static hnn_status publish_trial_file(const hnn_results *results, const char *what, size_t trial,
                                     hnn_errors *errors)
{
    HNN_AUTO_FREE char *name = hnn_printf("%s_%zu.txt", what, trial);
    return made_here(results, name) ? hnn_folder_publish(&results->folder, name, errors) : HNN_OK;
}

static hnn_status publish(const hnn_results *results, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t k = 0; k < results->n_trials && !status; k++) {
        status = publish_trial_file(results, "dpl", k, errors);
        if (!status)
            status = publish_trial_file(results, "spk", k, errors);
    }
    if (!status)
        status = hnn_folder_publish(&results->folder, "results.h5", errors);
    return status ? status : hnn_folder_publish(&results->folder, "run.json", errors);
}

hnn_status hnn_results_finish(hnn_results *results, const json_t *run_info, hnn_errors *errors)
{
    for (size_t k = 0; k < results->n_trials; k++)
        hnn_results_abandon_trial(results, (int)k);
    hnn_status status = complete_h5(results, errors);
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

void hnn_results_close(hnn_results *results)
{
    if (!results)
        return;
    if (results->h5)
        hnn_h5_close(results->h5, NULL);
    hnn_folder_close(&results->folder, !results->finished);
    for (size_t k = 0; k < results->n_trials; k++)
        release_trial(results, &results->trials[k]);
    free(results->spare);
    free(results->trials);
    free(results);
}
