/* What a document lies on: a bundled model or a network file underneath. */
#ifndef HNN_OVERLAY_H
#define HNN_OVERLAY_H

#include "base/suggest.h"
#include "doc/doc.h"
#include "model/load.h"

/* The complete document that `root` names with network.model or network.file, itself laid
 * on what it names, and so on.  *base is NULL when it names none; *name is the bundled
 * model it starts from, "" if none.                                           */
hnn_status hnn_base_find(hnn_arena *arena, const hnn_node *root, const char *path,
                         const hnn_load_options *options, hnn_node **base, const char **name,
                         hnn_errors *errors) HNN_MUST_CHECK;

/* Lays a copy of `over` on a copy of `base` (NULL: on nothing) and returns the result.
 * Beyond hnn_node_merge: connections edit, remove or add rules; a mechanism's parameter
 * has one name with and without its suffix; what excludes something else replaces it.  */
hnn_node *hnn_base_lay(hnn_arena *arena, const hnn_node *base, const hnn_node *over,
                       hnn_errors *errors);

/* Reports what `over` removes or edits that is not in `base` (NULL: nothing), and takes
 * misspelt entries out of it.                                                 */
void hnn_base_check(hnn_arena *arena, const hnn_node *base, hnn_node *over, hnn_errors *errors);

/* The mapping under a key, NULL when there is none. */
hnn_node *hnn_part_of(const hnn_node *node, const char *key);

/* The path of a bundled model's file; NULL when there is none of that name. */
char *hnn_bundled_path(const hnn_load_options *options, const char *name);
/* The names of all bundled models, in no order. */
hnn_names hnn_bundled_names(hnn_arena *arena, const hnn_load_options *options);

#endif
