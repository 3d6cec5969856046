/* SPDX-License-Identifier: BSD-3-Clause */
/* The progress bar: one line of a terminal, drawn over itself. Internal to run. */
#ifndef HNN_BAR_H
#define HNN_BAR_H

#include <stdio.h>

typedef struct hnn_bar hnn_bar;

typedef struct hnn_bar_state {
    size_t point, of_points; /* of a sweep; of_points 0: a single run */
    int trial, of;
    double t, tstop; /* ms */
    double done;     /* part of the whole run, 0 .. 1 */
    double eta;      /* s; negative: not known */
} hnn_bar_state;

hnn_bar *hnn_bar_create(FILE *terminal);
void hnn_bar_destroy(hnn_bar *bar);
void hnn_bar_draw(hnn_bar *bar, const hnn_bar_state *state);
/* Wipes the line, so that something else can be printed. */
void hnn_bar_clear(hnn_bar *bar);

/* The line itself, `width` columns at most; text takes width + 1 bytes. */
void hnn_bar_format(char *text, size_t width, const hnn_bar_state *state);

#endif
