/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the parts of this installation lie, found from the program itself, so that
 * an installation can be moved and needs no environment variables:
 *     <prefix>/bin/hnn-run, <prefix>/lib.../hnn-run/<plug-ins>, <prefix>/share/hnn-run/<data>.
 * The build tree has the same layout.                                          */
#ifndef HNN_PATHS_H
#define HNN_PATHS_H

#include "base/error.h"

/* One resolved path and, for people, how it was found.  path is never NULL; when
 * nothing was found it is the place where it was expected and found is false.  */
typedef struct hnn_path {
    char *path; /* absolute, owned */
    char *how;  /* a phrase, owned */
    bool found;
} hnn_path;

typedef struct hnn_paths {
    hnn_path program;    /* this executable, symbolic links resolved */
    hnn_path prefix;     /* of the installation */
    hnn_path bin_dir;    /* where the program lies */
    hnn_path plugin_dir; /* engine-*.so and comm-*.so */
    hnn_path data_dir;   /* bundled models, NEURON's data */
} hnn_paths;

/* Resolves everything.  program: an executable's path (made-up installations in
 * tests), or NULL for this process.  override: the prefix to use instead of the
 * program's own, normally getenv("HNN_PREFIX"); NULL or "" for none.
 * Missing plug-in or data folders are not errors here (found is false): who needs one
 * says so.  HNN_ERR_MACHINE when the program itself cannot be found or the override is
 * not a folder; *out is then empty and may be freed.                           */
HNN_MUST_CHECK hnn_status hnn_paths_resolve(const char *program, const char *override,
                                            hnn_paths *out, hnn_errors *errors);
void hnn_paths_free(hnn_paths *paths);

/* The executable `name` in the colon-separated folders of search; NULL when there is
 * none.  Caller frees.  Empty parts of search (the working directory) are skipped. */
char *hnn_find_program(const char *name, const char *search);

#endif
