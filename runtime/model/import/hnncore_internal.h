/* Reading hnn-core's network JSON: the parts of the reader (hnncore_*.c).
 *
 * Every part fills its piece of the model as far as the file is right, and reports
 * everything that is not in reader->errors.                                   */
#ifndef HNN_HNNCORE_INTERNAL_H
#define HNN_HNNCORE_INTERNAL_H

#include "doc/doc.h"
#include "model/model.h"

/* One entry of the file's gid_ranges.  Files from which drives were removed have gaps;
 * in the model gids are numbered without gaps, in the same order.             */
typedef struct hnncore_range {
    const char *name;
    hnn_place place;
    long long start, stop; /* gids in the file; stop is excluded */
    int type, drive;       /* index in the model, -1 if it is no such thing */
    int first;             /* the model's gid of `start` */
} hnncore_range;

typedef struct hnncore_reader {
    const hnn_node *root;
    hnn_model *model;
    hnn_arena *arena; /* the model's */
    hnn_errors *errors;
    size_t n_ranges;
    hnncore_range *ranges; /* by start */
} hnncore_reader;

/* How many errors there were so far, also those past what the list keeps. */
static inline size_t hnncore_errors(const hnncore_reader *reader)
{
    return reader->errors->n + reader->errors->dropped;
}

/* The place as the model keeps it: it outlives the document. */
static inline hnn_place hnncore_place(const hnncore_reader *reader, hnn_place place)
{
    place.file = reader->model->source_file;
    return place;
}

/* NULL when there is none of that name. */
const hnncore_range *hnncore_range_of(const hnncore_reader *reader, const char *name);

/* One cell type: metadata, receptors, sections, groups.  Positions come with the mesh. */
void hnncore_read_cell(hnncore_reader *reader, const hnn_pair_node *entry, hnn_cell_type *type);
/* All positions and the in-plane distance they follow. */
void hnncore_read_positions(hnncore_reader *reader);
/* One drive; its space constant stands with its connections and is set by those. */
void hnncore_read_drive(hnncore_reader *reader, const hnn_pair_node *entry, hnn_drive *drive);
/* All connections; those that drives imply by their weights are taken out again. */
void hnncore_read_connections(hnncore_reader *reader);

#endif
