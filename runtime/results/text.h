/* SPDX-License-Identifier: BSD-3-Clause */
/* Text files, whole or not at all. Internal to results. */
#ifndef HNN_RESULTS_TEXT_H
#define HNN_RESULTS_TEXT_H

#include "base/error.h"
#include <stdio.h>

/* A new file; NULL after an error. */
FILE *hnn_text_open(const char *path, hnn_errors *errors);
/* Closes it; an error where not everything that was printed reached the file. */
hnn_status hnn_text_close(FILE *file, const char *path, hnn_errors *errors) HNN_MUST_CHECK;
/* A text with an end of line after it. */
hnn_status hnn_text_write(const char *path, const char *text, hnn_errors *errors) HNN_MUST_CHECK;

#endif
