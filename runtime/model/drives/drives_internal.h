/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kinds of drives and their common parts share. */
#ifndef HNN_DRIVES_INTERNAL_H
#define HNN_DRIVES_INTERNAL_H

#include "doc/put.h"
#include "model/drives/kinds.h"
#include "model/reader.h"

/* Location, weights, delays and probabilities of the cell types a drive reaches. */
void hnn_read_targets(hnn_reader *reader, hnn_drive *drive, const hnn_node *node);
void hnn_write_targets(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                       hnn_node *node);

/* The keys of weights by receptor: of all receptors of the model's cells; and is this one such? */
hnn_names hnn_weight_keys(const hnn_reader *reader);
bool hnn_is_weight_key(const char *key);

/* A number for all targets, or a mapping with one for each: sets values[i] for target i where the
 * document gives one.  `others`: the mapping may name types that the drive does not reach. */
void hnn_read_by_target(hnn_reader *reader, const hnn_drive *drive, const hnn_node *node,
                        const char *key, hnn_range range, bool others, double *values);
/* One number where all targets have the same, else a mapping with one for each; NAN: none. */
hnn_node *hnn_by_target_node(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                             const double *values);

/* When rhythmic and random drives begin and end, ms; tstop NAN: with the simulation. */
typedef struct hnn_window {
    double tstart, tstop;
} hnn_window;

void hnn_read_window(hnn_reader *reader, hnn_window *window, const hnn_node *node);
void hnn_write_stop(hnn_arena *arena, const hnn_window *window, hnn_node *node);
double hnn_window_stop(const hnn_window *window, double tstop);

/* Range of durations and times from 0 on. */
static const hnn_range hnn_drive_ms = {0, 1e7, false, "ms"};

enum { HNN_DRIVE_MOST_SPIKES = 100000, HNN_DRIVE_MOST_CELLS = 1000000 };

/* evoked, which gaussian is by another name. */
extern const char *const hnn_evoked_keys[];
void hnn_evoked_read(hnn_reader *reader, hnn_drive *drive, const hnn_node *node);
void hnn_evoked_write(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive,
                      hnn_node *node);
const char *hnn_evoked_describe(hnn_arena *arena, const hnn_drive *drive);
double hnn_evoked_expect(const hnn_drive *drive, double tstop);
bool hnn_evoked_sample(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times);

#endif
