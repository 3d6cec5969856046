/* SPDX-License-Identifier: BSD-3-Clause */
/* Drives: kinds of input from outside the column.
 *
 * A kind is one file and one line of the table (kinds.h).  It says which keys it has in a
 * document, reads, checks, writes and describes them, and draws the events of a drive cell.
 * Everything else about drives is common to all kinds.                        */
#ifndef HNN_DRIVES_H
#define HNN_DRIVES_H

#include "base/random.h"
#include "doc/doc.h"
#include "model/model.h"

#include <stdio.h>

struct hnn_reader; /* model/reader.h */

/* ---- events ------------------------------------------------------------------ */

/* More events than this in one trial of a drive are a mistake in the model (a rate in the wrong
 * unit), not a simulation.                                                    */
#define HNN_DRIVE_MOST_EVENTS 1e8

/* Event times, ms; free items with free(). */
typedef struct hnn_times {
    double *items;
    size_t n, capacity;
} hnn_times;

void hnn_times_add(hnn_times *times, double time);

/* A drive cell in a trial. */
typedef struct hnn_drive_cell {
    const hnn_drive *drive;
    const hnn_drive_target *target; /* its own, of a cell-specific drive, else the drive's first;
                                       NULL: none */
    int index;                      /* within the drive */
    uint32_t trial_seed;            /* of the trial's random numbers; the same for all its cells */
    double tstop;                   /* of the simulation, ms */
} hnn_drive_cell;

/* ---- kinds --------------------------------------------------------------------- */

struct hnn_drive_kind {
    const char *name;        /* the value of the key type */
    const char *const *keys; /* beside the common ones; ends with NULL */
    double space_constant;   /* of drives that give none */
    bool synchronous; /* one drive cell for all targets unless the file says otherwise, not one
                         for each */
    bool listed; /* events are given, not drawn: there is no seed, reading sets the number of drive
                    cells, and an event at 0 ms counts */

    /* Reads and checks the kind's keys into drive->params; what all kinds have is read already. */
    void (*read)(struct hnn_reader *reader, hnn_drive *drive, const hnn_node *node);
    /* Puts the kind's keys into the drive's mapping. */
    void (*write)(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive, hnn_node *node);
    /* When its events come, in a few words. */
    const char *(*describe)(hnn_arena *arena, const hnn_drive *drive);
    /* Events of all its cells in a trial of tstop ms, about. */
    double (*expect)(const hnn_drive *drive, double tstop);
    /* Adds the events of one drive cell, in any order, also such that come before or after the
     * trial; `mt` is the cell's stream of random numbers.  false when they would be more than
     * HNN_DRIVE_MOST_EVENTS.                                                   */
    bool (*sample)(const hnn_drive_cell *cell, hnn_mt *mt, hnn_times *times);
};

/* ---- drives of a model --------------------------------------------------------- */

/* Receptors of a target that have a weight. */
size_t hnn_drive_count_weights(const hnn_drive *drive, const hnn_drive_target *target);

/* The mapping `drives` of a document; cells, simulation and mesh are read already. */
void hnn_read_drives(struct hnn_reader *reader, const hnn_node *drives);
/* Checks that need all of the model: numbers of drive cells, events and seeds. */
void hnn_check_drives(struct hnn_reader *reader);
hnn_node *hnn_write_drives(hnn_arena *arena, const hnn_model *model);
/* Tables of the drives and of what they reach. */
void hnn_describe_drives(const hnn_model *model, hnn_arena *arena, FILE *file);

#endif
