#include "model/import/hnncore_internal.h"

#include "doc/fields.h"
#include "model/load.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool hnn_doc_is_network_json(const hnn_node *root)
{
    return root->kind == HNN_NODE_MAPPING && !hnn_node_get(root, "schema") &&
           (hnn_node_get(root, "object_type") ||
            (hnn_node_get(root, "cell_types") && hnn_node_get(root, "gid_ranges")));
}

const hnncore_range *hnncore_range_of(const hnncore_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->n_ranges; i++)
        if (strcmp(reader->ranges[i].name, name) == 0)
            return &reader->ranges[i];
    return NULL;
}

static int by_start(const void *a, const void *b)
{
    const hnncore_range *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

/* The ranges in order of gid; overlaps and backward ranges are errors. */
static void read_ranges(hnncore_reader *reader)
{
    const hnn_node *node =
        hnn_field(reader->root, "gid_ranges", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!node)
        return;
    reader->ranges = hnn_arena_alloc(reader->arena, node->n, sizeof *reader->ranges);
    for (size_t i = 0; i < node->n; i++) {
        const hnn_pair_node *entry = &node->pairs[i];
        hnncore_range range = {.name = hnn_arena_strdup(reader->arena, entry->key),
                               .place = entry->place,
                               .type = -1,
                               .drive = -1};
        if (entry->value->kind != HNN_NODE_MAPPING) {
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "gid range %s must be a mapping with start and stop", entry->key);
            continue;
        }
        bool good = hnn_field_integer(entry->value, "start", HNN_REQUIRED, 0, INT_MAX, &range.start,
                                      reader->errors);
        good = hnn_field_integer(entry->value, "stop", HNN_REQUIRED, 0, INT_MAX, &range.stop,
                                 reader->errors) &&
               good;
        if (good && range.stop < range.start)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                        "gid range %s stops at %lld, before its start %lld", entry->key, range.stop,
                        range.start);
        else if (good)
            reader->ranges[reader->n_ranges++] = range;
    }
    if (reader->n_ranges)
        qsort(reader->ranges, reader->n_ranges, sizeof *reader->ranges, by_start);
    for (size_t i = 1; i < reader->n_ranges; i++)
        if (reader->ranges[i].start < reader->ranges[i - 1].stop)
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, reader->ranges[i].place,
                        "gid range %s (from %lld) overlaps %s (up to %lld)", reader->ranges[i].name,
                        reader->ranges[i].start, reader->ranges[i - 1].name,
                        reader->ranges[i - 1].stop);
}

/* Every cell type and drive needs a range. */
static void check_have_ranges(hnncore_reader *reader, const hnn_node *mapping, const char *what)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (!hnncore_range_of(reader, mapping->pairs[i].key))
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, mapping->pairs[i].place,
                        "%s %s has no entry in gid_ranges", what, mapping->pairs[i].key);
}

/* Cell types get the first gids and drives the following ones, each in the file's order of gids.
 * Ranges of neither (left over from removed drives) stay without a gid.       */
static void number_gids(hnncore_reader *reader, const hnn_node *types, const hnn_node *drives)
{
    hnn_model *model = reader->model;
    int next = 0;
    for (size_t i = 0; i < reader->n_ranges; i++) {
        hnncore_range *range = &reader->ranges[i];
        if (!hnn_node_get(types, range->name))
            continue;
        range->type = (int)model->n_cell_types++;
        range->first = next;
        next += (int)(range->stop - range->start);
    }
    for (size_t i = 0; i < reader->n_ranges; i++) {
        hnncore_range *range = &reader->ranges[i];
        if (range->type >= 0 || !hnn_node_get(drives, range->name))
            continue;
        range->drive = (int)model->n_drives++;
        range->first = next;
        next += (int)(range->stop - range->start);
    }
}

static void read_cells_and_drives(hnncore_reader *reader)
{
    hnn_model *model = reader->model;
    const hnn_node *types =
        hnn_field(reader->root, "cell_types", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    const hnn_node *drives =
        hnn_field(reader->root, "external_drives", HNN_NODE_MAPPING, HNN_REQUIRED, reader->errors);
    if (!types || !drives || !reader->ranges)
        return;
    if (types->n == 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, types->place,
                    "cell_types is empty; a network needs at least one cell type");
    check_have_ranges(reader, types, "cell type");
    check_have_ranges(reader, drives, "drive");
    number_gids(reader, types, drives);
    model->cell_types = hnn_arena_alloc(reader->arena, model->n_cell_types, sizeof(hnn_cell_type));
    model->drives = hnn_arena_alloc(reader->arena, model->n_drives, sizeof(hnn_drive));
    for (size_t i = 0; i < reader->n_ranges; i++) {
        const hnncore_range *range = &reader->ranges[i];
        if (range->type >= 0)
            hnncore_read_cell(reader, hnn_node_pair(types, range->name),
                              &model->cell_types[range->type]);
    }
    hnncore_read_positions(reader);
    for (size_t i = 0; i < reader->n_ranges; i++) {
        const hnncore_range *range = &reader->ranges[i];
        if (range->drive >= 0)
            hnncore_read_drive(reader, hnn_node_pair(drives, range->name),
                               &model->drives[range->drive]);
    }
}

static void read_bias(hnncore_reader *reader, const char *name, const hnn_pair_node *entry)
{
    hnn_model *model = reader->model;
    if (entry->value->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "bias %s of %s must be a mapping with amplitude, t0, tstop", name, entry->key);
        return;
    }
    hnn_bias *bias = &model->biases[model->n_biases];
    const char *section = "soma";
    *bias = (hnn_bias){.name = hnn_arena_strdup(reader->arena, name),
                       .cell_type = hnn_model_cell_type(model, entry->key),
                       .position = 0.5,
                       .tstop = NAN,
                       .place = hnncore_place(reader, entry->place)};
    hnn_field_number(entry->value, "amplitude", HNN_REQUIRED, &bias->amplitude, reader->errors);
    hnn_field_number(entry->value, "t0", HNN_OPTIONAL, &bias->t0, reader->errors);
    hnn_field_number(entry->value, "tstop", HNN_OPTIONAL, &bias->tstop, reader->errors);
    hnn_field_text(entry->value, "section", HNN_OPTIONAL, &section, reader->errors);
    if (bias->cell_type < 0) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "bias %s names the cell type %s, which the network does not have", name,
                    entry->key);
        return;
    }
    bias->section = hnn_cell_type_section(&model->cell_types[bias->cell_type], section);
    if (bias->section < 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "bias %s names the section %s, which %s does not have", name, section,
                    entry->key);
    else
        model->n_biases++;
}

static void read_biases(hnncore_reader *reader)
{
    const hnn_node *groups =
        hnn_field(reader->root, "external_biases", HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
    if (!groups)
        return;
    size_t n = 0;
    for (size_t i = 0; i < groups->n; i++)
        if (groups->pairs[i].value->kind == HNN_NODE_MAPPING)
            n += groups->pairs[i].value->n;
        else
            hnn_fail_at(reader->errors, HNN_ERR_MODEL, groups->pairs[i].place,
                        "bias %s must be a mapping of cell types", groups->pairs[i].key);
    reader->model->biases = hnn_arena_alloc(reader->arena, n, sizeof(hnn_bias));
    for (size_t i = 0; i < groups->n; i++) {
        const hnn_node *group = groups->pairs[i].value;
        for (size_t k = 0; group->kind == HNN_NODE_MAPPING && k < group->n; k++)
            read_bias(reader, groups->pairs[i].key, &group->pairs[k]);
    }
}

static void read_electrode_array(hnncore_reader *reader, const hnn_pair_node *entry,
                                 hnn_electrodes *array)
{
    const char *method = "psa";
    *array = (hnn_electrodes){.name = hnn_arena_strdup(reader->arena, entry->key),
                              .conductivity = 0.3,
                              .min_distance = 0.5,
                              .place = hnncore_place(reader, entry->place)};
    if (entry->value->kind != HNN_NODE_MAPPING) {
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "electrode array %s must be a mapping with positions", entry->key);
        return;
    }
    hnn_field_number(entry->value, "conductivity", HNN_OPTIONAL, &array->conductivity,
                     reader->errors);
    hnn_field_number(entry->value, "min_distance", HNN_OPTIONAL, &array->min_distance,
                     reader->errors);
    hnn_field_text(entry->value, "method", HNN_OPTIONAL, &method, reader->errors);
    if (strcmp(method, "lsa") == 0)
        array->method = HNN_ELECTRODE_LSA;
    else if (strcmp(method, "psa") != 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, entry->place,
                    "method of electrode array %s must be psa or lsa, not '%s'", entry->key,
                    method);
    const hnn_node *positions =
        hnn_field(entry->value, "positions", HNN_NODE_SEQUENCE, HNN_REQUIRED, reader->errors);
    if (!positions)
        return;
    array->n_contacts = positions->n;
    array->positions = hnn_arena_alloc(reader->arena, positions->n, sizeof *array->positions);
    for (size_t i = 0; i < positions->n; i++)
        hnn_as_point(positions->items[i], "position", array->positions[i], reader->errors);
}

static void read_electrodes(hnncore_reader *reader)
{
    const hnn_node *arrays =
        hnn_field(reader->root, "rec_arrays", HNN_NODE_MAPPING, HNN_OPTIONAL, reader->errors);
    if (!arrays)
        return;
    hnn_model *model = reader->model;
    model->n_electrodes = arrays->n;
    model->electrodes = hnn_arena_alloc(reader->arena, arrays->n, sizeof(hnn_electrodes));
    for (size_t i = 0; i < arrays->n; i++)
        read_electrode_array(reader, &arrays->pairs[i], &model->electrodes[i]);
}

static void read_globals(hnncore_reader *reader)
{
    hnn_model *model = reader->model;
    const char *kind = "Network";
    hnn_field_text(reader->root, "object_type", HNN_OPTIONAL, &kind, reader->errors);
    if (strcmp(kind, "Network") != 0)
        hnn_fail_at(reader->errors, HNN_ERR_MODEL, hnn_node_get(reader->root, "object_type")->place,
                    "object_type must be Network, not '%s'", kind);
    long long nx = 0, ny = 0;
    hnn_field_integer(reader->root, "N_pyr_x", HNN_REQUIRED, 1, INT_MAX, &nx, reader->errors);
    hnn_field_integer(reader->root, "N_pyr_y", HNN_REQUIRED, 1, INT_MAX, &ny, reader->errors);
    model->mesh[0] = (int)nx;
    model->mesh[1] = (int)ny;
    hnn_field_flag(reader->root, "legacy_mode", HNN_OPTIONAL, &model->legacy_mode, reader->errors);
    hnn_field_number(reader->root, "celsius", HNN_OPTIONAL, &model->celsius, reader->errors);
    hnn_field_number(reader->root, "threshold", HNN_OPTIONAL, &model->threshold, reader->errors);
}

hnn_status hnn_model_from_network_json(const hnn_node *root, const char *path, hnn_model **out,
                                       hnn_errors *errors)
{
    *out = NULL;
    if (root->kind != HNN_NODE_MAPPING)
        return hnn_fail_at(errors, HNN_ERR_MODEL, root->place,
                           "an hnn-core network must be a mapping (a JSON object)");
    hnn_model *model = hnn_model_create(path);
    hnncore_reader reader = {.root = root, .model = model, .arena = model->arena, .errors = errors};
    size_t before = hnncore_errors(&reader), first = errors->n;
    read_globals(&reader);
    read_ranges(&reader);
    read_cells_and_drives(&reader);
    /* What refers to cells and drives is only looked at when those are right: else one
     * wrong cell type would be told once more for everything that names it.   */
    if (hnncore_errors(&reader) == before) {
        hnncore_read_connections(&reader);
        read_biases(&reader);
        read_electrodes(&reader);
    }
    if (hnncore_errors(&reader) > before) {
        hnn_model_destroy(model);
        return first < errors->n ? errors->items[first].code : HNN_ERR_MODEL;
    }
    *out = model;
    return HNN_OK;
}
