/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading hnn/1 documents: what the parts of the reader share (schema/, drives/).
 *
 * Every part fills its piece of the model as far as the document is right and reports
 * everything that is wrong, so that one run reports all errors of a file.  A key whose
 * value is null counts as absent.                                             */
#ifndef HNN_READER_H
#define HNN_READER_H

#include "base/suggest.h"
#include "doc/doc.h"
#include "doc/fields.h"
#include "model/model.h"

typedef struct hnn_reader {
    hnn_model *model;
    hnn_arena *arena; /* the model's */
    hnn_errors *errors;
    bool has_base;    /* the document lies on a bundled model or a network file */
    bool *broken;     /* per cell type: its sections are wrong, so do not check their use */
    hnn_place mesh;   /* where the mesh is given */
    const char *file; /* the last file name copied to the arena, and ... */
    const char *copy; /* ... its copy */
} hnn_reader;

/* The interval a number must lie in, and its unit ("" for none). */
typedef struct hnn_range {
    double low, high;
    bool above; /* low itself is excluded */
    const char *unit;
} hnn_range;

/* How many errors there were so far, also those past what the list keeps. */
size_t hnn_reader_count(const hnn_reader *reader);
/* The place with a file name that lives as long as the model. */
hnn_place hnn_reader_place(hnn_reader *reader, hnn_place place);
void hnn_reader_fail(hnn_reader *reader, hnn_place place, const char *fmt, ...) HNN_PRINTF(3, 4);

/* Reports every key of `mapping` that is not in the list, which NULL ends or which counts. */
void hnn_read_keys(hnn_reader *reader, const hnn_node *mapping, const char *const *keys);
void hnn_read_known_keys(hnn_reader *reader, const hnn_node *mapping, hnn_names keys);
/* A value of the key that is neither absent nor null, else NULL. */
const hnn_node *hnn_read_given(const hnn_node *mapping, const char *key);
const hnn_node *hnn_read_mapping(hnn_reader *reader, const hnn_node *mapping, const char *key,
                                 bool required);
const hnn_node *hnn_read_list(hnn_reader *reader, const hnn_node *mapping, const char *key,
                              bool required);

/* As in doc/fields.h, *out keeps its value when the result is false. */
bool hnn_read_number(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                     hnn_range range, double *out);
bool hnn_read_value(hnn_reader *reader, const hnn_node *node, const char *name, hnn_range range,
                    double *out);
bool hnn_read_int(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                  int low, int high, int *out);
bool hnn_read_seed(hnn_reader *reader, const hnn_node *mapping, const char *key, int64_t *out);
bool hnn_read_flag(hnn_reader *reader, const hnn_node *mapping, const char *key, bool *out);
/* A copy in the model's arena. */
bool hnn_read_text(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                   const char **out);
/* One of a NULL-terminated list of words; *out is its index. */
bool hnn_read_choice(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                     const char *const *choices, int *out);
/* [x, y, z] in um. */
bool hnn_read_point(hnn_reader *reader, const hnn_node *node, const char *name, double out[3]);
/* [[x, y, z], ...]: at least `least` points; NULL after an error. */
double (*hnn_read_points(hnn_reader *reader, const hnn_node *list, const char *name, size_t least,
                         size_t *n))[3];

/* Is this a name that results and text formats can hold?  Else an error says why. */
bool hnn_check_name(hnn_reader *reader, const char *what, const char *name, hnn_place place);
/* Reports "there is no <what> 'name'" with what there is. */
void hnn_read_unknown(hnn_reader *reader, hnn_place place, const char *what, const char *name,
                      hnn_names names);

/* ---- names of what the model has ---- */
hnn_names hnn_names_of_types(const hnn_reader *reader);
hnn_names hnn_names_of_sections(const hnn_reader *reader, const hnn_cell_type *type);
hnn_names hnn_names_of_receptors(const hnn_reader *reader, const hnn_cell_type *type);
/* A key whose value names a cell type; -1 after an error. */
int hnn_read_cell_type(hnn_reader *reader, const hnn_node *mapping, const char *key);
/* Sections of a group or the one section of that name; false when there is no such place. */
bool hnn_location_sections(const hnn_cell_type *type, const char *location, const int **sections,
                           size_t *n, int *single);
/* Can synapses of this receptor be put at this location of the type?  Else an error. */
bool hnn_check_target(hnn_reader *reader, hnn_place place, int type, const char *location,
                      int receptor);

#endif
