/* SPDX-License-Identifier: BSD-3-Clause */
/* How long to simulate, what to record, what to do with it, and where to run it. */
#include "base/plugin.h"
#include "doc/put.h"
#include "model/schema/schema_internal.h"

#include <math.h>
#include <string.h>

enum { MAX_TRIALS = 1000000, MAX_THREADS = 4096, MAX_RANKS = 4096, MAX_DEVICES = 1000000 };

static const double MAX_SAMPLES = 1e8;

static void read_times(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {"tstop", "dt", "trials", NULL};
    static const hnn_range tstop = {0, 1e7, true, "ms"};
    static const hnn_range dt = {0, 1, true, "ms"};
    hnn_model *model = reader->model;
    hnn_read_keys(reader, node, keys);
    bool good = hnn_read_number(reader, node, "tstop", HNN_OPTIONAL, tstop, &model->tstop);
    good = hnn_read_number(reader, node, "dt", HNN_OPTIONAL, dt, &model->dt) || good;
    hnn_read_int(reader, node, "trials", HNN_OPTIONAL, 1, MAX_TRIALS, &model->trials);
    if (good && model->tstop < model->dt)
        hnn_reader_fail(reader, node->place, "tstop (%g ms) must be at least one step dt (%g ms)",
                        model->tstop, model->dt);
    if (good && model->tstop / model->dt > MAX_SAMPLES)
        hnn_reader_fail(reader, node->place,
                        "tstop %g ms in steps of dt %g ms are %.3g steps; at most %.0e are "
                        "possible, so choose a shorter tstop or a longer dt (0.025 ms is usual)",
                        model->tstop, model->dt, model->tstop / model->dt, MAX_SAMPLES);
}

/* false, soma or all. */
static void read_extent(hnn_reader *reader, const hnn_node *node, const char *key, hnn_extent *out)
{
    const hnn_node *value = hnn_read_given(node, key);
    bool flag;
    if (!value)
        return;
    if (hnn_node_bool(value, &flag) && !flag) {
        *out = HNN_RECORD_OFF;
    } else if (value->kind != HNN_NODE_SCALAR || !hnn_extent_parse(value->text, out)) {
        HNN_AUTO_FREE char *found = hnn_node_text(value);
        hnn_reader_fail(reader, value->place,
                        "%s must be false, soma or all (which sections to record), not %s", key,
                        found);
    }
}

/* true or false. */
static void read_on(hnn_reader *reader, const hnn_node *node, const char *key, hnn_extent *out)
{
    bool on;
    if (hnn_read_flag(reader, node, key, &on))
        *out = on ? HNN_RECORD_ON : HNN_RECORD_OFF;
}

static void read_record(hnn_reader *reader, const hnn_node *node)
{
    const char *keys[HNN_RECORD_KEYS + 1] = {NULL};
    for (int key = 0; key < HNN_RECORD_KEYS; key++)
        keys[key] = hnn_record_rows[key].name;
    hnn_read_keys(reader, node, keys);
    for (int key = 0; key < HNN_RECORD_KEYS; key++) {
        bool flag = hnn_record_rows[key].given == HNN_GIVEN_FLAG;
        (flag ? read_on : read_extent)(reader, node, keys[key], &reader->model->record.of[key]);
    }
}

static void read_postprocess(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {"smooth", "savgol", "scale", NULL};
    static const hnn_range window = {0, 1e6, false, "ms"};
    static const hnn_range cutoff = {0, 1e6, false, "Hz"};
    static const hnn_range factor = {-1e12, 1e12, false, ""};
    hnn_postprocess *out = &reader->model->postprocess;
    out->place = hnn_reader_place(reader, node->place);
    hnn_read_keys(reader, node, keys);
    hnn_read_number(reader, node, "smooth", HNN_OPTIONAL, window, &out->smooth);
    hnn_read_number(reader, node, "savgol", HNN_OPTIONAL, cutoff, &out->savgol);
    if (hnn_read_number(reader, node, "scale", HNN_OPTIONAL, factor, &out->scale) &&
        out->scale == 0)
        hnn_reader_fail(reader, hnn_node_get(node, "scale")->place,
                        "scale must not be 0, which would erase the dipole; 1 leaves it as it is");
}

static void read_devices(hnn_reader *reader, const hnn_node *node)
{
    static const hnn_range numbers = {0, MAX_DEVICES, false, ""};
    const hnn_node *list = hnn_read_list(reader, node, "devices", HNN_OPTIONAL);
    if (!list)
        return;
    hnn_model *model = reader->model;
    model->devices = hnn_arena_alloc(reader->arena, list->n, sizeof *model->devices);
    for (size_t i = 0; i < list->n; i++) {
        double n;
        if (!hnn_read_value(reader, list->items[i], "devices", numbers, &n))
            continue;
        if (n == trunc(n))
            model->devices[model->n_devices++] = (int)n;
        else
            hnn_reader_fail(reader, list->items[i]->place,
                            "devices must be whole numbers, those of GPUs, not %g", n);
    }
}

/* "a", "a+b", ...: a list of what can be names. */
static bool is_list_of_names(const char *text)
{
    for (;; text++) {
        size_t n = strcspn(text, "+");
        if (!hnn_plugin_name_valid(text, n))
            return false;
        text += n;
        if (!*text)
            return true;
    }
}

static void read_engine(hnn_reader *reader, const hnn_node *node)
{
    hnn_model *model = reader->model;
    const char *text;
    if (!hnn_read_text(reader, node, "engine", HNN_OPTIONAL, &text))
        return;
    hnn_place place = hnn_node_get(node, "engine")->place;
    if (!is_list_of_names(text)) {
        hnn_reader_fail(reader, place,
                        "engine must be auto, the name of an engine, or names of engines joined "
                        "by +, not '%s'; `hnn-run engines` lists them",
                        text);
        return;
    }
    model->engine = text;
    model->engine_place = hnn_reader_place(reader, place);
}

static void read_execution(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {"engine", "precision", "threads", "ranks", "devices", NULL};
    static const char *const precisions[] = {"double", "mixed", NULL};
    hnn_model *model = reader->model;
    int precision;
    hnn_read_keys(reader, node, keys);
    read_engine(reader, node);
    if (hnn_read_choice(reader, node, "precision", HNN_OPTIONAL, precisions, &precision))
        model->mixed = precision == 1;
    hnn_read_int(reader, node, "threads", HNN_OPTIONAL, 1, MAX_THREADS, &model->threads);
    hnn_read_int(reader, node, "ranks", HNN_OPTIONAL, 1, MAX_RANKS, &model->ranks);
    read_devices(reader, node);
}

void hnn_read_simulation(hnn_reader *reader, const hnn_node *root)
{
    static const struct {
        const char *key;
        void (*read)(hnn_reader *reader, const hnn_node *node);
    } parts[] = {{"simulation", read_times},
                 {"record", read_record},
                 {"postprocess", read_postprocess},
                 {"execution", read_execution}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t first = reader->errors->n;
        const hnn_node *node = hnn_read_mapping(reader, root, parts[i].key, HNN_OPTIONAL);
        if (!node)
            continue;
        parts[i].read(reader, node);
        hnn_errors_context(reader->errors, first, "%s", parts[i].key);
    }
}

/* ---- writing ---- */

static hnn_node *write_record(hnn_arena *arena, const hnn_record *record)
{
    hnn_node *node = hnn_node_mapping(arena);
    for (int key = 0; key < HNN_RECORD_KEYS; key++) {
        const hnn_record_row *row = &hnn_record_rows[key];
        hnn_extent extent = record->of[key];
        /* What a model does not use must not change its hash, which --resume goes by. */
        if (row->given == HNN_GIVEN_FLAG && !row->standard && !extent)
            continue;
        if (row->given == HNN_GIVEN_FLAG || extent == HNN_RECORD_OFF)
            hnn_put_flag(arena, node, row->name, extent != HNN_RECORD_OFF);
        else
            hnn_put_text(arena, node, row->name, hnn_record_word(row->given, extent));
    }
    return node;
}

void hnn_write_simulation(hnn_arena *arena, const hnn_model *model, hnn_node *root)
{
    hnn_node *simulation = hnn_node_mapping(arena);
    hnn_put_number(arena, simulation, "tstop", model->tstop);
    hnn_put_number(arena, simulation, "dt", model->dt);
    hnn_put_integer(arena, simulation, "trials", model->trials);
    hnn_node_set(arena, root, "simulation", simulation);
    hnn_node_set(arena, root, "record", write_record(arena, &model->record));
    hnn_node *postprocess = hnn_node_mapping(arena);
    hnn_put_number(arena, postprocess, "smooth", model->postprocess.smooth);
    hnn_put_number(arena, postprocess, "savgol", model->postprocess.savgol);
    hnn_put_number(arena, postprocess, "scale", model->postprocess.scale);
    hnn_node_set(arena, root, "postprocess", postprocess);
}

hnn_node *hnn_write_execution(hnn_arena *arena, const hnn_model *model)
{
    hnn_node *execution = hnn_node_mapping(arena);
    hnn_put_text(arena, execution, "engine", model->engine);
    if (model->mixed)
        hnn_put_text(arena, execution, "precision", "mixed");
    if (model->threads)
        hnn_put_integer(arena, execution, "threads", model->threads);
    if (model->ranks)
        hnn_put_integer(arena, execution, "ranks", model->ranks);
    if (model->n_devices)
        hnn_node_set(arena, execution, "devices",
                     hnn_integers_node(arena, model->devices, (size_t)model->n_devices));
    return execution;
}
