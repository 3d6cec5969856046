/* SPDX-License-Identifier: BSD-3-Clause */
/* The results folder itself: made, locked, its files renamed and removed. Internal to
 * results.                                                                    */
#ifndef HNN_RESULTS_FOLDER_H
#define HNN_RESULTS_FOLDER_H

#include "base/error.h"

typedef struct hnn_folder {
    char *path;
    char *made; /* the outermost folder that had to be made, NULL if none */
    int fd;     /* the open, locked folder; -1 */
} hnn_folder;

/* Makes the folder if need be, locks it against other runs, refuses one with results
 * unless overwrite, and removes temporary files that a killed run left behind.
 * After a failure nothing is left open or behind.                             */
hnn_status hnn_folder_open(hnn_folder *folder, const char *path, bool overwrite,
                           hnn_errors *errors) HNN_MUST_CHECK;
/* Enough room on the disk? bytes: what the run will write. */
hnn_status hnn_folder_check_room(const hnn_folder *folder, double bytes,
                                 hnn_errors *errors) HNN_MUST_CHECK;
/* Path of the temporary file for a final name; caller frees. */
char *hnn_folder_part(const hnn_folder *folder, const char *name);
/* Gives a complete temporary file its final name. */
hnn_status hnn_folder_publish(const hnn_folder *folder, const char *name,
                              hnn_errors *errors) HNN_MUST_CHECK;
/* Removes results (results.h5, run.json, the text files of outputs, and the folders point_<p> of
 * sweeps) where keep(data, name) is false.  Files of another kind stay.        */
void hnn_folder_remove_others(const hnn_folder *folder, bool (*keep)(const void *, const char *),
                              const void *data);
/* Unlocks; discard: removes temporary files and the folder if it was made here. */
void hnn_folder_close(hnn_folder *folder, bool discard);

#endif
