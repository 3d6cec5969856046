/* SPDX-License-Identifier: BSD-3-Clause */
/* The topics of hnn/1: each has one file that reads, checks and writes it. */
#ifndef HNN_SCHEMA_INTERNAL_H
#define HNN_SCHEMA_INTERNAL_H

#include "model/reader.h"
#include "model/schema/schema.h"

/* ---- reading ---- */
void hnn_read_network(hnn_reader *reader, const hnn_node *network);
void hnn_read_cells(hnn_reader *reader, const hnn_node *cells);
void hnn_read_sections(hnn_reader *reader, hnn_cell_type *type, const hnn_node *sections);
/* Points of sections in agreement with their lengths. */
void hnn_shape_cell(hnn_reader *reader, hnn_cell_type *type);
void hnn_read_mechanisms(hnn_reader *reader, hnn_section *section, const hnn_node *mechs);
void hnn_read_receptors(hnn_reader *reader, hnn_cell_type *type, const hnn_node *synapses);
void hnn_read_connections(hnn_reader *reader, const hnn_node *connections);
void hnn_read_simulation(hnn_reader *reader, const hnn_node *root);
void hnn_read_biases(hnn_reader *reader, const hnn_node *biases);
void hnn_read_electrodes(hnn_reader *reader, const hnn_node *electrodes);
void hnn_read_sweep(hnn_reader *reader, const hnn_node *sweep);
/* Cells to their positions, once their number is known to be bearable. */
void hnn_read_layout(hnn_reader *reader);

/* ---- writing: what stands at its default is left out where that reads better ---- */
hnn_node *hnn_write_network(hnn_arena *arena, const hnn_model *model);
hnn_node *hnn_write_cells(hnn_arena *arena, const hnn_model *model);
hnn_node *hnn_write_sections(hnn_arena *arena, const hnn_cell_type *type);
hnn_node *hnn_write_mechanisms(hnn_arena *arena, const hnn_section *section);
hnn_node *hnn_write_receptors(hnn_arena *arena, const hnn_cell_type *type);
hnn_node *hnn_write_connections(hnn_arena *arena, const hnn_model *model);
hnn_node *hnn_write_biases(hnn_arena *arena, const hnn_model *model);
hnn_node *hnn_write_electrodes(hnn_arena *arena, const hnn_model *model);
/* The blocks simulation, record and postprocess of a document. */
void hnn_write_simulation(hnn_arena *arena, const hnn_model *model, hnn_node *root);
hnn_node *hnn_write_sweep(hnn_arena *arena, const hnn_sweep *sweep);
hnn_node *hnn_write_execution(hnn_arena *arena, const hnn_model *model);

#endif
