#include "model/describe.h"
#include "model/drives/drives.h"
#include "model/table.h"

#include <math.h>
#include <string.h>

/* ---- connections --------------------------------------------------------------------- */

static double count_pairs(const hnn_model *model, const hnn_connection *c)
{
    if (c->has_pairs)
        return (double)c->n_pairs;
    double targets = (double)model->cell_types[c->target_type].n_cells;
    double sources = c->source_type >= 0 ? (double)model->cell_types[c->source_type].n_cells
                                         : model->drives[c->source_drive].n_drive_cells;
    double autapses = c->source_type == c->target_type && !c->allow_autapses ? targets : 0;
    return nearbyint((sources * targets - autapses) * c->probability);
}

static void print_connections(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(
        arena, "<source|<target|<location|<receptor|>uS|>ms|>lamtha|>gain|>pairs|<which");
    for (size_t i = 0; i < model->n_connections; i++) {
        const hnn_connection *c = &model->connections[i];
        const hnn_cell_type *target = &model->cell_types[c->target_type];
        hnn_table_add(table, "%s", c->source);
        hnn_table_add(table, "%s", target->name);
        hnn_table_add(table, "%s", c->location);
        hnn_table_add(table, "%s", target->receptors[c->receptor].name);
        hnn_table_add(table, "%g", c->weight);
        hnn_table_add(table, "%g", c->delay);
        hnn_table_add(table, "%g", c->lamtha);
        hnn_table_add(table, "%g", c->gain);
        hnn_table_add(table, "%.0f", count_pairs(model, c));
        if (c->has_pairs)
            hnn_table_add(table, "listed");
        else if (c->probability < 1)
            hnn_table_add(table, "p %g", c->probability);
        else
            hnn_table_add(table, c->allow_autapses ? "all" : "others");
    }
    fprintf(file, "\nConnections\n");
    hnn_table_print(table, file);
    const hnn_gains *g = &model->gains;
    if (g->e_e != 1 || g->e_i != 1 || g->i_e != 1 || g->i_i != 1)
        fprintf(file, "  gains on top: e_e %g, e_i %g, i_e %g, i_i %g\n", g->e_e, g->e_i, g->i_e,
                g->i_i);
}

/* ---- biases and electrodes --------------------------------------------------------------- */

static void print_biases(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table = hnn_table_create(arena, "<bias|<cell type|<at|>amplitude nA|>from ms|<to");
    for (size_t i = 0; i < model->n_biases; i++) {
        const hnn_bias *bias = &model->biases[i];
        const hnn_cell_type *type = &model->cell_types[bias->cell_type];
        hnn_table_add(table, "%s", bias->name && *bias->name ? bias->name : "-");
        hnn_table_add(table, "%s", type->name);
        hnn_table_add(table, "%s(%g)", type->sections[bias->section].name, bias->position);
        hnn_table_add(table, "%g", bias->amplitude);
        hnn_table_add(table, "%g", bias->t0);
        hnn_table_add(table, "%s", hnn_table_stop(arena, bias->tstop));
    }
    fprintf(file, "\nBiases\n");
    hnn_table_print(table, file);
}

static void print_electrodes(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    hnn_table *table =
        hnn_table_create(arena, "<electrodes|<method|>S/m|>min um|>contacts|<first um|<last um");
    for (size_t i = 0; i < model->n_electrodes; i++) {
        const hnn_electrodes *array = &model->electrodes[i];
        hnn_table_add(table, "%s", array->name);
        hnn_table_add(table, array->method == HNN_ELECTRODE_LSA ? "lsa" : "psa");
        hnn_table_add(table, "%g", array->conductivity);
        hnn_table_add(table, "%g", array->min_distance);
        hnn_table_add(table, "%zu", array->n_contacts);
        for (int end = 0; end < 2; end++) {
            if (array->n_contacts == 0) {
                hnn_table_add(table, "-");
                continue;
            }
            const double *p = array->positions[end ? array->n_contacts - 1 : 0];
            hnn_table_add(table, "%g, %g, %g", p[0], p[1], p[2]);
        }
    }
    fprintf(file, "\nElectrodes\n");
    hnn_table_print(table, file);
}

void hnn_describe_inputs(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    print_connections(model, arena, file);
    hnn_describe_drives(model, arena, file);
    if (model->n_biases)
        print_biases(model, arena, file);
    if (model->n_electrodes)
        print_electrodes(model, arena, file);
}
