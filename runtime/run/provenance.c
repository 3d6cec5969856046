/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/provenance.h"

#include "doc/json.h"
#include "model/load.h"
#include "run/signals.h"
#include <gnu/libc-version.h>
#include <hdf5.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <xxhash.h>
#include <yaml.h>

/* ---- the program and its libraries ---- */

json_t *hnn_library_versions(void)
{
    json_t *versions = json_object();
    char text[64];
    unsigned major, minor, release;
    hnn_json_set_string(versions, "hnn-run", HNN_VERSION);
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "%u.%u.%u", major, minor, release);
    hnn_json_set_string(versions, "hdf5", text);
    unsigned hwloc = hwloc_get_api_version();
    snprintf(text, sizeof text, "%u.%u.%u", hwloc >> 16, hwloc >> 8 & 0xff, hwloc & 0xff);
    hnn_json_set_string(versions, "hwloc-api", text);
    hnn_json_set_string(versions, "libyaml", yaml_get_version_string());
    hnn_json_set_string(versions, "jansson", jansson_version_str());
    unsigned xxhash = XXH_versionNumber();
    snprintf(text, sizeof text, "%u.%u.%u", xxhash / 10000, xxhash / 100 % 100, xxhash % 100);
    hnn_json_set_string(versions, "xxhash", text);
    hnn_json_set_string(versions, "glibc", gnu_get_libc_version());
    return versions;
}

static json_t *command_line(const hnn_provenance *what)
{
    json_t *words = json_array();
    for (int i = 0; i < what->argc; i++)
        json_array_append_new(words, hnn_json_string(what->argv[i]));
    return words;
}

static json_t *host(void)
{
    json_t *object = json_object();
    struct utsname names;
    if (uname(&names) != 0)
        return object;
    hnn_json_set_string(object, "name", names.nodename);
    hnn_json_set_string(object, "system", names.sysname);
    hnn_json_set_string(object, "release", names.release);
    hnn_json_set_string(object, "machine", names.machine);
    return object;
}

static json_t *engine(const hnn_provenance *what)
{
    json_t *object = json_object();
    hnn_json_set_string(object, "name", what->engine);
    hnn_json_set_string(object, "reason", what->engine_reason);
    hnn_json_set_string(object, "description", what->engine_description);
    hnn_json_set_string(object, "precision", what->precision);
    hnn_json_set_string(object, "precision_reason", what->precision_reason);
    return object;
}

static json_t *placement(const hnn_provenance *what)
{
    json_t *object = json_object();
    json_t *devices = json_array();
    for (size_t i = 0; i < what->n_devices; i++)
        json_array_append_new(devices, json_integer(what->devices[i]));
    hnn_json_set_integer(object, "ranks", what->ranks);
    hnn_json_set_integer(object, "groups", what->groups);
    hnn_json_set_integer(object, "threads", what->threads);
    json_object_set_new(object, "devices", devices);
    hnn_json_set_string(object, "communicator", what->communicator);
    return object;
}

/* ---- the model ---- */

char *hnn_model_hash(const hnn_model *model)
{
    hnn_arena *arena = hnn_arena_create();
    char *text = hnn_doc_write(hnn_model_to_doc(arena, model));
    XXH128_hash_t hash = XXH3_128bits(text, strlen(text));
    free(text);
    hnn_arena_destroy(arena);
    return hnn_printf("%016llx%016llx", (unsigned long long)hash.high64,
                      (unsigned long long)hash.low64);
}

static void add_sizes(json_t *object, const hnn_network *network)
{
    hnn_json_set_integer(object, "cells", (long long)network->n_cells);
    hnn_json_set_integer(object, "drive_cells", (long long)(network->n_gids - network->n_cells));
    hnn_json_set_integer(object, "connections", (long long)network->n_connections_total);
}

static const hnn_model *model_of(const hnn_provenance *what)
{
    return what->network ? what->network->model : what->sweep;
}

static json_t *model_summary(const hnn_provenance *what)
{
    const hnn_model *model = model_of(what);
    json_t *object = json_object();
    HNN_AUTO_FREE char *hash = hnn_model_hash(model);
    hnn_json_set_string(object, "name", model->name);
    hnn_json_set_string(object, "title", model->title);
    hnn_json_set_string(object, "file", model->source_file);
    hnn_json_set_string(object, "base", model->base_model);
    hnn_json_set_string(object, "xxh3_128", hash);
    if (what->network)
        add_sizes(object, what->network);
    return object;
}

static json_t *resolved_model(const hnn_model *model)
{
    hnn_arena *arena = hnn_arena_create();
    json_t *document = hnn_json_from_doc(hnn_model_to_doc(arena, model));
    hnn_arena_destroy(arena);
    return document;
}

/* Per drive the seed of its event times in every trial: seed + trial * number of gids. */
static json_t *event_seeds(const hnn_network *network)
{
    const hnn_model *model = network->model;
    json_t *object = json_object();
    for (size_t d = 0; d < model->n_drives; d++) {
        json_t *seeds = json_array();
        for (int k = 0; k < model->trials; k++)
            json_array_append_new(
                seeds, json_integer(model->drives[d].event_seed + k * (int64_t)network->n_gids));
        json_object_set_new(object, model->drives[d].name, seeds);
    }
    return object;
}

/* ---- the run ---- */

json_t *hnn_spike_counts_json(const hnn_model *model, const size_t *counts)
{
    if (!model->record.spikes)
        return json_null();
    json_t *object = json_object();
    for (size_t i = 0; i < model->n_cell_types; i++)
        hnn_json_set_integer(object, model->cell_types[i].name, (long long)counts[i]);
    for (size_t i = 0; i < model->n_drives; i++)
        hnn_json_set_integer(object, model->drives[i].name,
                             (long long)counts[model->n_cell_types + i]);
    return object;
}

static json_t *finished_trials(const hnn_provenance *what)
{
    json_t *trials = json_array();
    for (size_t i = 0; i < what->n_trials; i++) {
        json_t *trial = json_object();
        hnn_json_set_integer(trial, "trial", what->trials[i].trial);
        hnn_json_set_rounded(trial, "seconds", what->trials[i].seconds, 6);
        json_object_set_new(trial, "spikes",
                            hnn_spike_counts_json(what->network->model, what->trials[i].spikes));
        json_array_append_new(trials, trial);
    }
    return trials;
}

static json_t *times(const hnn_provenance *what)
{
    json_t *object = json_object();
    struct tm utc;
    char text[64] = "";
    if (gmtime_r(&what->started.tv_sec, &utc))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    hnn_json_set_string(object, "started", text);
    hnn_json_set_rounded(object, "build_s", what->build_seconds, 6);
    hnn_json_set_rounded(object, "run_s", what->run_seconds, 6);
    hnn_json_set_rounded(object, "total_s", what->total_seconds, 6);
    return object;
}

static json_t *warnings(const hnn_provenance *what)
{
    const hnn_model *model = model_of(what);
    json_t *list = json_array();
    for (size_t i = 0; i < model->n_warnings; i++)
        json_array_append_new(list, hnn_json_string(model->warnings[i]));
    for (size_t i = 0; i < what->n_warnings; i++)
        json_array_append_new(list, hnn_json_string(what->warnings[i]));
    return list;
}

json_t *hnn_provenance_json(const hnn_provenance *what)
{
    json_t *object = json_object();
    hnn_json_set_string(object, "schema", "hnn-run/run/1");
    hnn_json_set_string(object, "status",
                        what->signal_number ? "interrupted"
                        : what->failed      ? "failed"
                                            : "done");
    if (what->signal_number)
        hnn_json_set_string(object, "signal", hnn_signals_name(what->signal_number));
    json_object_set_new(object, "command", command_line(what));
    json_object_set_new(object, "versions", hnn_library_versions());
    json_object_set_new(object, "engine", engine(what));
    json_object_set_new(object, "placement", placement(what));
    json_object_set_new(object, "cuda",
                        what->cuda ? hnn_cuda_json(what->cuda, false) : json_null());
    json_object_set_new(object, "host", host());
    json_object_set_new(object, "times", times(what));
    if (what->network)
        json_object_set_new(object, "trials", finished_trials(what));
    json_object_set_new(object, "warnings", warnings(what));
    json_object_set_new(object, "model", model_summary(what));
    if (what->network)
        json_object_set_new(object, "event_seeds", event_seeds(what->network));
    json_object_set_new(object, "resolved_model", resolved_model(model_of(what)));
    if (what->points)
        json_object_set(object, "points", what->points);
    return object;
}

/* ---- sweeps ---- */

static json_t *value_json(const char *value)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *node;
    json_t *json = hnn_doc_parse(arena, "", value, strlen(value), &node, &errors) == HNN_OK
                       ? hnn_json_from_doc(node)
                       : hnn_json_string(value);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return json;
}

json_t *hnn_point_values_json(const hnn_sweep *sweep, size_t point)
{
    json_t *object = json_object();
    for (size_t i = 0; i < sweep->n_parameters; i++)
        json_object_set_new(object, sweep->parameters[i].path,
                            value_json(hnn_sweep_value(sweep, point, i)));
    return object;
}

json_t *hnn_provenance_point_json(const hnn_provenance *what, const hnn_sweep *sweep, size_t point,
                                  const char *sweep_hash)
{
    json_t *object = json_object(), *model = json_object();
    HNN_AUTO_FREE char *hash = hnn_model_hash(what->network->model);
    hnn_json_set_string(model, "xxh3_128", hash);
    add_sizes(model, what->network);
    hnn_json_set_integer(object, "point", (long long)point);
    json_object_set_new(object, "values", hnn_point_values_json(sweep, point));
    hnn_json_set_string(object, "sweep_xxh3_128", sweep_hash);
    hnn_json_set_string(object, "version", HNN_VERSION);
    json_object_set_new(object, "engine", engine(what));
    json_object_set_new(object, "times", times(what));
    hnn_json_set_integer(object, "together", (long long)what->together);
    json_object_set_new(object, "trials", finished_trials(what));
    json_object_set_new(object, "warnings", warnings(what));
    json_object_set_new(object, "model", model);
    json_object_set_new(object, "event_seeds", event_seeds(what->network));
    return object;
}
