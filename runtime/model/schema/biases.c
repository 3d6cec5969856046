/* Tonic biases and electrode arrays. */
#include "model/schema/schema_internal.h"

#include <math.h>
#include <string.h>

enum { MAX_CONTACTS = 100000 };

static bool is_repeated(const hnn_model *model, const hnn_bias *bias)
{
    for (size_t i = 0; i < model->n_biases; i++)
        if (model->biases[i].cell_type == bias->cell_type &&
            strcmp(model->biases[i].name, bias->name) == 0)
            return true;
    return false;
}

static void read_place_on_cell(hnn_reader *reader, hnn_bias *bias, const hnn_node *node)
{
    static const hnn_range fraction = {0, 1, false, "of the section's length"};
    const hnn_cell_type *type = &reader->model->cell_types[bias->cell_type];
    const char *section = "soma";
    bool given = hnn_read_text(reader, node, "section", HNN_OPTIONAL, &section);
    hnn_read_number(reader, node, "position", HNN_OPTIONAL, fraction, &bias->position);
    bias->section = hnn_cell_type_section(type, section);
    if (bias->section < 0 && given)
        hnn_read_unknown(reader, hnn_node_get(node, "section")->place, "section", section,
                         hnn_names_of_sections(reader, type));
}

static void read_bias(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {"name",  "cell_type", "amplitude", "t0",
                                       "tstop", "section",   "position",  NULL};
    static const hnn_range current = {-1e6, 1e6, false, "nA"};
    static const hnn_range ms = {0, 1e7, false, "ms"};
    hnn_model *model = reader->model;
    hnn_bias *bias = &model->biases[model->n_biases];
    *bias = (hnn_bias){.name = "tonic",
                       .position = 0.5,
                       .tstop = (double)NAN,
                       .place = hnn_reader_place(reader, node->place)};
    if (node->kind != HNN_NODE_MAPPING) {
        hnn_reader_fail(reader, node->place,
                        "must be a mapping {cell_type: L5_pyramidal, amplitude: 1.0} (nA)");
        return;
    }
    hnn_read_keys(reader, node, keys);
    if (hnn_read_text(reader, node, "name", HNN_OPTIONAL, &bias->name))
        hnn_check_name(reader, "bias", bias->name, hnn_node_get(node, "name")->place);
    hnn_read_number(reader, node, "amplitude", HNN_REQUIRED, current, &bias->amplitude);
    hnn_read_number(reader, node, "t0", HNN_OPTIONAL, ms, &bias->t0);
    if (hnn_read_number(reader, node, "tstop", HNN_OPTIONAL, ms, &bias->tstop) &&
        bias->tstop < bias->t0)
        hnn_reader_fail(reader, hnn_node_get(node, "tstop")->place,
                        "tstop (%g ms) must not be before t0 (%g ms)", bias->tstop, bias->t0);
    bias->cell_type = hnn_read_cell_type(reader, node, "cell_type");
    if (bias->cell_type < 0)
        return;
    read_place_on_cell(reader, bias, node);
    if (is_repeated(model, bias))
        hnn_reader_fail(reader, node->place,
                        "%s cells have a bias named '%s' already; give this one another name",
                        model->cell_types[bias->cell_type].name, bias->name);
    model->n_biases++;
}

void hnn_read_biases(hnn_reader *reader, const hnn_node *biases)
{
    enum { MAX_BIASES = 10000 };
    if (biases->n > MAX_BIASES) {
        hnn_reader_fail(reader, biases->place, "there can be at most %d biases, not %zu",
                        MAX_BIASES, biases->n);
        return;
    }
    reader->model->biases =
        hnn_arena_alloc(reader->arena, biases->n, sizeof *reader->model->biases);
    for (size_t i = 0; i < biases->n; i++) {
        size_t first = reader->errors->n;
        read_bias(reader, biases->items[i]);
        hnn_errors_context(reader->errors, first, "bias");
    }
}

static void read_array(hnn_reader *reader, hnn_electrodes *array, const hnn_node *node)
{
    static const char *const keys[] = {"positions", "method", "conductivity", "min_distance", NULL};
    static const char *const methods[] = {"psa", "lsa", NULL};
    static const hnn_range siemens = {0, 1e6, true, "S/m"};
    static const hnn_range distance = {0, 1e6, true, "um"};
    int method = HNN_ELECTRODE_PSA;
    hnn_read_keys(reader, node, keys);
    hnn_read_choice(reader, node, "method", HNN_OPTIONAL, methods, &method);
    array->method = (hnn_electrode_method)method;
    hnn_read_number(reader, node, "conductivity", HNN_OPTIONAL, siemens, &array->conductivity);
    hnn_read_number(reader, node, "min_distance", HNN_OPTIONAL, distance, &array->min_distance);
    const hnn_node *positions = hnn_read_list(reader, node, "positions", HNN_REQUIRED);
    if (positions && positions->n > MAX_CONTACTS)
        hnn_reader_fail(reader, positions->place, "an array can have at most %d contacts, not %zu",
                        MAX_CONTACTS, positions->n);
    else if (positions)
        array->positions = hnn_read_points(reader, positions, "positions", 1, &array->n_contacts);
}

void hnn_read_electrodes(hnn_reader *reader, const hnn_node *electrodes)
{
    hnn_model *model = reader->model;
    model->electrodes = hnn_arena_alloc(reader->arena, electrodes->n, sizeof *model->electrodes);
    for (size_t i = 0; i < electrodes->n; i++) {
        const hnn_pair_node *pair = &electrodes->pairs[i];
        if (hnn_node_is_null(pair->value))
            continue; /* removed from the base model */
        size_t first = reader->errors->n;
        hnn_electrodes *array = &model->electrodes[model->n_electrodes++];
        *array = (hnn_electrodes){.name = hnn_arena_strdup(reader->arena, pair->key),
                                  .conductivity = 0.3,
                                  .min_distance = 0.5,
                                  .place = hnn_reader_place(reader, pair->place)};
        hnn_check_name(reader, "electrode array", pair->key, pair->place);
        if (pair->value->kind == HNN_NODE_MAPPING)
            read_array(reader, array, pair->value);
        else
            hnn_reader_fail(reader, pair->value->place,
                            "must be a mapping {positions: [[x, y, z], ...], method: psa}");
        hnn_errors_context(reader->errors, first, "electrode array '%s'", array->name);
    }
}
