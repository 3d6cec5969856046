/* SPDX-License-Identifier: BSD-3-Clause */
/* Importing hnn-core's network JSON: the parts of the importer (hnncore_*.c).
 *
 * Every part makes its piece of the document as far as the file is right, and reports everything
 * that is not in reader->errors.                                              */
#ifndef HNN_HNNCORE_INTERNAL_H
#define HNN_HNNCORE_INTERNAL_H

#include "doc/doc.h"

/* One entry of the file's gid_ranges.  Files from which drives were removed have gaps; in the
 * document gids are numbered without gaps, in the same order.                 */
typedef struct hnncore_range {
    const char *name;
    hnn_place place;
    long long start, stop; /* gids in the file; stop is excluded */
    int type, drive;       /* index of the cell type or drive, -1 if it is no such thing */
    int first;             /* the document's gid of `start` */
} hnncore_range;

typedef struct hnncore_type {
    const char *name;
    hnn_node *node; /* in the document */
    size_t n_cells;
    double (*positions)[3];
} hnncore_type;

/* How a drive reaches one cell type. */
typedef struct hnncore_target {
    int type;
    bool weighted; /* by any receptor */
    double delay, probability;
} hnncore_target;

typedef struct hnncore_drive {
    const hnncore_range *range;
    hnn_node *node; /* in the document */
    const char *location;
    bool cell_specific;
    size_t n_targets;
    hnncore_target *targets; /* by type; in legacy mode all types */
} hnncore_drive;

typedef struct hnncore_reader {
    const hnn_node *root;
    hnn_arena *arena; /* of the document */
    hnn_errors *errors;
    hnn_node *network, *drive_map; /* of the document */
    bool legacy_mode;
    int mesh[2];
    double threshold;
    size_t n_ranges, n_types, n_drives;
    hnncore_range *ranges; /* by start */
    hnncore_type *types;   /* by gid */
    hnncore_drive *drives; /* by gid */
} hnncore_reader;

/* How many errors there were so far, also those past what the list keeps. */
static inline size_t hnncore_errors(const hnncore_reader *reader)
{
    return reader->errors->n + reader->errors->dropped;
}

/* ---- gids ---- */

/* The ranges in order of gid; overlaps and backward ranges are errors. */
void hnncore_read_ranges(hnncore_reader *reader);
/* Every cell type and drive needs a range.  Cell types get the first gids and drives the following
 * ones, each in the file's order of gids; ranges of neither (left over from removed drives) stay
 * without a gid.                                                              */
void hnncore_number_gids(hnncore_reader *reader, const hnn_node *types, const hnn_node *drives);
/* NULL when there is none of that name. */
const hnncore_range *hnncore_range_of(const hnncore_reader *reader, const char *name);

/* ---- taking values over; wrong ones are reported by their name in the file ---- */

/* out[name] becomes the number of in[key]; *value too. */
bool hnncore_number(hnncore_reader *reader, const hnn_node *in, const char *key, bool required,
                    hnn_node *out, const char *name, double *value);
/* The same for a text, which lives as long as the file's document; NULL when absent or wrong. */
const char *hnncore_text(hnncore_reader *reader, const hnn_node *in, const char *key, bool required,
                         hnn_node *out, const char *name);
/* A number with its place; NULL after an error. */
hnn_node *hnncore_number_node(hnncore_reader *reader, const hnn_node *node, const char *name);
/* A list of numbers; those that are wrong are reported as `name`. */
hnn_node *hnncore_numbers(hnncore_reader *reader, const hnn_node *list, const char *name);
/* A list of points [x, y, z]. */
hnn_node *hnncore_points(hnncore_reader *reader, const hnn_node *list, const char *name);
/* out[name] becomes an empty mapping or list that stands at this place. */
hnn_node *hnncore_mapping(hnncore_reader *reader, hnn_node *out, const char *name, hnn_place place);
hnn_node *hnncore_list(hnncore_reader *reader, hnn_node *out, const char *name, hnn_place place);
/* Appends a field whose key stands at `place`; nothing where the value is NULL. */
void hnncore_append(hnncore_reader *reader, hnn_node *out, const char *name, hnn_place place,
                    hnn_node *value);

/* ---- the parts ---- */

/* One cell type: metadata, receptors, sections, groups.  Positions come with the mesh. */
void hnncore_read_cell(hnncore_reader *reader, const hnn_pair_node *entry, hnncore_type *type);
/* All positions and the in-plane distance they follow. */
void hnncore_read_positions(hnncore_reader *reader);
/* One drive; its space constant stands with its connections and is set by those. */
void hnncore_read_drive(hnncore_reader *reader, const hnn_pair_node *entry, hnncore_drive *drive);
/* All connections; those that drives imply by their weights are left out. */
void hnncore_read_connections(hnncore_reader *reader);

#endif
