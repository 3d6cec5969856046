/* Writing a model as an hnn/1 document: the parts of the writer (write_*.c).
 *
 * What stands at its default is left out where that reads better; every number keeps its
 * full precision.  Nodes carry the places of the model's parts, so that errors of a later
 * reading point into the file the model came from.                            */
#ifndef HNN_WRITE_H
#define HNN_WRITE_H

#include "doc/doc.h"
#include "model/model.h"

/* Sets a field of a mapping. */
void hnn_put_number(hnn_arena *arena, hnn_node *mapping, const char *key, double value);
void hnn_put_integer(hnn_arena *arena, hnn_node *mapping, const char *key, long long value);
void hnn_put_flag(hnn_arena *arena, hnn_node *mapping, const char *key, bool value);
void hnn_put_text(hnn_arena *arena, hnn_node *mapping, const char *key, const char *value);
/* The same, unless the text is empty. */
void hnn_put_text_if(hnn_arena *arena, hnn_node *mapping, const char *key, const char *value);
/* The same, unless the value is the default. */
void hnn_put_number_if(hnn_arena *arena, hnn_node *mapping, const char *key, double value,
                       double standard);
hnn_node *hnn_numbers_node(hnn_arena *arena, const double *values, size_t n);
hnn_node *hnn_points_node(hnn_arena *arena, const double (*points)[3], size_t n);

/* Gives nodes without a place of their own that of what holds them, and all of them the file of
 * `place`, which must live as long as the document.                           */
void hnn_spread_place(hnn_node *node, hnn_place place);

/* The parts. */
hnn_node *hnn_write_cell(hnn_arena *arena, const hnn_cell_type *type);
hnn_node *hnn_write_connection(hnn_arena *arena, const hnn_model *model,
                               const hnn_connection *connection);
hnn_node *hnn_write_drive(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive);

#endif
