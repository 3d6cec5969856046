/* SPDX-License-Identifier: BSD-3-Clause */
/* The sweep block: which keys take which values.  sweep_check.c tries them. */
#include "model/sweep.h"
#include "doc/put.h"
#include "model/schema/schema_internal.h"
#include "model/table.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_VALUES = 100000 };

static const double MAX_RUNS = 1e6;

static bool is_fixed(const char *path)
{
    static const char *const fixed[] = {"schema", "sweep", "execution"};
    size_t n = strcspn(path, ".");
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strlen(fixed[i]) == n && strncmp(path, fixed[i], n) == 0)
            return true;
    return false;
}

static void read_parameter(hnn_reader *reader, hnn_sweep *sweep, const hnn_pair_node *pair)
{
    const hnn_node *values = pair->value;
    if (values->kind != HNN_NODE_SEQUENCE || values->n == 0 || values->n > MAX_VALUES) {
        hnn_reader_fail(reader, values->place, "'%s' must have a list of 1 to %d values", pair->key,
                        MAX_VALUES);
        return;
    }
    if (is_fixed(pair->key)) {
        hnn_reader_fail(reader, pair->place, "'%s' cannot be swept; sweep keys of the model",
                        pair->key);
        return;
    }
    hnn_sweep_parameter *parameter = &sweep->parameters[sweep->n_parameters++];
    *parameter = (hnn_sweep_parameter){.path = hnn_arena_strdup(reader->arena, pair->key),
                                       .n = values->n,
                                       .place = hnn_reader_place(reader, pair->place)};
    parameter->values = hnn_arena_alloc(reader->arena, values->n, sizeof *parameter->values);
    for (size_t i = 0; i < values->n; i++) {
        HNN_AUTO_FREE char *text = hnn_doc_write_flow(values->items[i]);
        parameter->values[i] = hnn_arena_strdup(reader->arena, text);
    }
}

static void check_size(hnn_reader *reader, const hnn_sweep *sweep, hnn_place place)
{
    double runs = 1;
    for (size_t i = 0; i < sweep->n_parameters; i++) {
        const hnn_sweep_parameter *parameter = &sweep->parameters[i];
        runs *= (double)parameter->n;
        if (sweep->zip && parameter->n != sweep->parameters[0].n)
            hnn_reader_fail(reader, parameter->place,
                            "'%s' has %zu values and '%s' has %zu; mode zip needs as many of each",
                            parameter->path, parameter->n, sweep->parameters[0].path,
                            sweep->parameters[0].n);
    }
    if (!sweep->zip && runs > MAX_RUNS)
        hnn_reader_fail(reader, place, "this grid has %.3g runs; at most %.0f are possible", runs,
                        MAX_RUNS);
}

void hnn_read_sweep(hnn_reader *reader, const hnn_node *node)
{
    static const char *const keys[] = {"mode", "parameters", NULL};
    static const char *const modes[] = {"grid", "zip", NULL};
    hnn_sweep *sweep = &reader->model->sweep;
    int mode = 0;
    size_t first = reader->errors->n;
    hnn_read_keys(reader, node, keys);
    hnn_read_choice(reader, node, "mode", HNN_OPTIONAL, modes, &mode);
    sweep->zip = mode == 1;
    const hnn_node *parameters = hnn_read_mapping(reader, node, "parameters", HNN_REQUIRED);
    if (parameters) {
        sweep->parameters =
            hnn_arena_alloc(reader->arena, parameters->n, sizeof *sweep->parameters);
        for (size_t i = 0; i < parameters->n; i++)
            read_parameter(reader, sweep, &parameters->pairs[i]);
        if (parameters->n == 0)
            hnn_reader_fail(reader, parameters->place,
                            "name at least one key, like drives.evprox1.mu: [20, 25]");
        check_size(reader, sweep, node->place);
    }
    hnn_errors_context(reader->errors, first, "sweep");
}

/* ---- writing ---- */

/* The values of a sweep are kept as they were written: YAML flow text. */
static hnn_node *write_sweep_value(hnn_arena *arena, const char *text)
{
    hnn_errors errors = {0};
    hnn_node *value;
    if (hnn_doc_parse(arena, "sweep", text, strlen(text), &value, &errors) != HNN_OK)
        value = hnn_node_string(arena, text);
    hnn_errors_clear(&errors);
    return value;
}

hnn_node *hnn_write_sweep(hnn_arena *arena, const hnn_sweep *sweep)
{
    hnn_node *node = hnn_node_mapping(arena), *parameters = hnn_node_mapping(arena);
    hnn_put_text(arena, node, "mode", sweep->zip ? "zip" : "grid");
    for (size_t i = 0; i < sweep->n_parameters; i++) {
        const hnn_sweep_parameter *parameter = &sweep->parameters[i];
        hnn_node *values = hnn_node_sequence(arena);
        for (size_t k = 0; k < parameter->n; k++)
            hnn_node_push(arena, values, write_sweep_value(arena, parameter->values[k]));
        hnn_node_set(arena, parameters, parameter->path, values);
    }
    hnn_node_set(arena, node, "parameters", parameters);
    return node;
}

/* ---- describing ---- */

/* Of a grid of hundreds the first points and the last are shown. */
enum { MOST_ROWS = 24, FIRST_ROWS = 16, LAST_ROWS = 4, MOST_COLUMNS = 6 };

static void add_point(hnn_table *table, const hnn_sweep *sweep, size_t point)
{
    hnn_table_add(table, "point_%zu", point);
    if (sweep->n_parameters > MOST_COLUMNS) {
        HNN_AUTO_FREE char *text = hnn_sweep_point_text(sweep, point);
        hnn_table_add(table, "%s", text);
        return;
    }
    for (size_t i = 0; i < sweep->n_parameters; i++)
        hnn_table_add(table, "%s", hnn_sweep_value(sweep, point, i));
}

/* Many parameters stand in one column, with their names. */
static char *headings(hnn_arena *arena, const hnn_sweep *sweep)
{
    char *text = "<folder";
    if (sweep->n_parameters > MOST_COLUMNS)
        return "<folder|<values";
    for (size_t i = 0; i < sweep->n_parameters; i++)
        text = hnn_arena_printf(arena, "%s|>%s", text, sweep->parameters[i].path);
    return text;
}

void hnn_describe_sweep(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    const hnn_sweep *sweep = &model->sweep;
    size_t n = hnn_sweep_points(sweep);
    if (n == 0)
        return;
    fprintf(file, "\nSweep (%s), %zu point%s\n", sweep->zip ? "zip" : "grid", n, n == 1 ? "" : "s");
    hnn_table *table = hnn_table_create(arena, headings(arena, sweep));
    size_t first = n > MOST_ROWS ? FIRST_ROWS : n;
    for (size_t point = 0; point < first; point++)
        add_point(table, sweep, point);
    if (first < n) {
        size_t columns = sweep->n_parameters > MOST_COLUMNS ? 1 : sweep->n_parameters;
        for (size_t i = 0; i <= columns; i++)
            hnn_table_add(table, "...");
        for (size_t point = n - LAST_ROWS; point < n; point++)
            add_point(table, sweep, point);
    }
    hnn_table_print(table, file);
}
