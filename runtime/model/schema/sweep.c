/* The sweep block: which keys take which values.  check_sweep.c tries them. */
#include "model/schema/schema_internal.h"

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
