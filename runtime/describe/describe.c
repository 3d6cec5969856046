/* SPDX-License-Identifier: BSD-3-Clause */
#include "describe/describe.h"

#include "model/drives/drives.h"
#include "model/schema/schema.h"
#include <stdlib.h>

static const char *recorded_text(hnn_given given, hnn_extent extent)
{
    if (extent == HNN_RECORD_OFF)
        return "off";
    return given == HNN_GIVEN_FLAG ? "on" : hnn_record_word(given, extent);
}

static void print_head(const hnn_model *model, FILE *file)
{
    fprintf(file, "Model %s%s%s\n", model->name, *model->title ? ": " : "", model->title);
    fprintf(file, "  from %s%s%s\n", model->source_file, *model->base_model ? ", on " : "",
            model->base_model);
    fprintf(file, "  mesh %d x %d, %g um apart; drives at %g, %g, %g um; %g degrees Celsius%s\n",
            model->mesh[0], model->mesh[1], model->inplane_distance, model->origin[0],
            model->origin[1], model->origin[2], model->celsius,
            model->legacy_mode ? "; legacy mode" : "");
    fprintf(file, "  %g ms in steps of %g ms (%zu samples), %d trial%s\n", model->tstop, model->dt,
            hnn_model_samples(model), model->trials, model->trials == 1 ? "" : "s");
}

static void print_run(const hnn_model *model, FILE *file)
{
    fprintf(file, "\nRecorded\n");
    for (int key = 0; key < HNN_RECORD_KEYS; key++)
        fprintf(file, "%s %s %s", key ? "," : " ", hnn_record_rows[key].name,
                recorded_text(hnn_record_rows[key].given, model->record.of[key]));
    fprintf(file, "\n");
    const hnn_postprocess *post = &model->postprocess;
    if (post->smooth > 0)
        fprintf(file, "  dipole text smoothed by %g ms\n", post->smooth);
    if (post->savgol > 0)
        fprintf(file, "  dipole text low-passed at %g Hz\n", post->savgol);
    if (post->scale != 1)
        fprintf(file, "  dipole text scaled by %g\n", post->scale);
}

static void print_sizes(const hnn_model *model, FILE *file)
{
    size_t cells = 0, segments = 0, synapses = 0;
    long long drive_cells = 0;
    for (size_t i = 0; i < model->n_cell_types; i++) {
        const hnn_cell_type *type = &model->cell_types[i];
        cells += type->n_cells;
        for (size_t k = 0; k < type->n_sections; k++) {
            segments += type->n_cells * (size_t)hnn_section_nseg(type->sections[k].L);
            synapses += type->n_cells * type->sections[k].n_receptors;
        }
    }
    for (size_t i = 0; i < model->n_drives; i++)
        drive_cells += model->drives[i].n_drive_cells;
    fprintf(file, "\nSizes\n  %zu cells, %lld drive cells, %zu segments, %zu synapses\n", cells,
            drive_cells, segments, synapses);
}

char *hnn_model_describe(const hnn_model *model, const hnn_catalogue *catalogue)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    if (!file)
        return hnn_strdup("");
    hnn_arena *arena = hnn_arena_create();
    print_head(model, file);
    hnn_describe_cells(model, catalogue, arena, file);
    hnn_describe_connections(model, arena, file);
    hnn_describe_drives(model, arena, file);
    hnn_describe_biases(model, arena, file);
    hnn_describe_electrodes(model, arena, file);
    print_run(model, file);
    hnn_describe_sweep(model, arena, file);
    print_sizes(model, file);
    hnn_arena_destroy(arena);
    fclose(file);
    return text;
}
