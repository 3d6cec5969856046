/* SPDX-License-Identifier: BSD-3-Clause */
/* Are all values of a sweep possible?  A sweep of hours must not stop in the middle. */
#include "model/layers.h"

#include <string.h>

/* Reading takes about a millisecond: beyond this the rest is left to the runs. */
enum { MAX_TRIALS = 1000 };

typedef struct checker {
    const hnn_layers *layers;
    const hnn_model *model;
    const hnn_node *values; /* sweep.parameters of the document */
    hnn_errors *errors;
} checker;

/* The value node of parameter `index` in the document. */
static const hnn_node *value_node(const checker *c, size_t parameter, size_t index)
{
    const char *path = c->model->sweep.parameters[parameter].path;
    return hnn_node_get(c->values, path)->items[index];
}

/* Puts the errors of one run at the value that caused them, else at that of `varied`. */
static void report(checker *c, const hnn_errors *found, const size_t *index, size_t varied)
{
    const hnn_sweep *sweep = &c->model->sweep;
    for (size_t e = 0; e < found->n; e++) {
        const hnn_error *error = &found->items[e];
        size_t guilty = varied;
        for (size_t i = 0; i < sweep->n_parameters; i++) {
            HNN_AUTO_FREE char *place = hnn_printf("-s %s=%s", sweep->parameters[i].path,
                                                   sweep->parameters[i].values[index[i]]);
            if (error->place.file && strcmp(place, error->place.file) == 0)
                guilty = i;
        }
        /* With the first values of all parameters the model was right. */
        if (!sweep->zip && index[varied] > 0)
            guilty = varied;
        hnn_fail_at(c->errors, HNN_ERR_MODEL, value_node(c, guilty, index[guilty])->place,
                    "sweep: %s: %s%s%s", sweep->parameters[guilty].path,
                    error->context ? error->context : "", error->context ? ": " : "",
                    error->message);
    }
}

/* Reads the model with parameter i at its value index[i]. */
static bool try_values(checker *c, const size_t *index, size_t varied)
{
    const hnn_sweep *sweep = &c->model->sweep;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors found = {0};
    hnn_layers layers;
    hnn_status status = hnn_layers_point(arena, c->layers, sweep, index, &layers, &found);
    hnn_model *model = NULL;
    if (status == HNN_OK)
        status = hnn_layers_read(&layers, &model, &found);
    if (status != HNN_OK)
        report(c, &found, index, varied);
    hnn_model_destroy(model);
    hnn_errors_clear(&found);
    hnn_arena_destroy(arena);
    return status == HNN_OK;
}

/* In a grid every value is tried once, with the first values of the others: those
 * combinations are among the runs.                                            */
static void check_grid(checker *c, size_t *index)
{
    const hnn_sweep *sweep = &c->model->sweep;
    int tried = 0;
    if (!try_values(c, index, 0))
        return;
    for (size_t i = 0; i < sweep->n_parameters; i++) {
        for (size_t k = 1; k < sweep->parameters[i].n && tried < MAX_TRIALS; k++, tried++) {
            index[i] = k;
            try_values(c, index, i);
        }
        index[i] = 0;
    }
}

static void check_zip(checker *c, size_t *index)
{
    const hnn_sweep *sweep = &c->model->sweep;
    for (size_t k = 0; k < sweep->parameters[0].n && k < MAX_TRIALS; k++) {
        for (size_t i = 0; i < sweep->n_parameters; i++)
            index[i] = k;
        try_values(c, index, 0);
    }
}

void hnn_check_sweep(const hnn_layers *layers, const hnn_model *model, hnn_errors *errors)
{
    const hnn_node *sweep = hnn_node_get(layers->over, "sweep");
    if (!sweep)
        sweep = hnn_node_get(layers->base, "sweep");
    checker c = {layers, model, hnn_node_get(sweep, "parameters"), errors};
    if (!c.values || model->sweep.n_parameters == 0)
        return;
    hnn_arena *arena = hnn_arena_create();
    size_t *index = hnn_arena_alloc(arena, model->sweep.n_parameters, sizeof *index);
    if (model->sweep.zip)
        check_zip(&c, index);
    else
        check_grid(&c, index);
    hnn_arena_destroy(arena);
}
