/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/bar.h"

#include "base/memory.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { MAX_WIDTH = 120, MIN_BAR = 5, MAX_BAR = 40 };

struct hnn_bar {
    FILE *terminal;
    bool drawn;
};

hnn_bar *hnn_bar_create(FILE *terminal)
{
    hnn_bar *bar = hnn_alloc(1, sizeof *bar);
    bar->terminal = terminal;
    return bar;
}

void hnn_bar_destroy(hnn_bar *bar)
{
    free(bar);
}

static size_t terminal_width(FILE *terminal)
{
    struct winsize size;
    if (ioctl(fileno(terminal), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 79;
    /* the last column stays free: some terminals wrap when it is written */
    return size.ws_col - 1 < MAX_WIDTH ? (size_t)size.ws_col - 1 : MAX_WIDTH;
}

static void format_eta(char *text, size_t size, double eta)
{
    if (eta < 0.0 || eta > 359999.0) {
        snprintf(text, size, "--:--");
        return;
    }
    int seconds = (int)(eta + 0.5);
    if (seconds < 3600)
        snprintf(text, size, "%d:%02d", seconds / 60, seconds % 60);
    else
        snprintf(text, size, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

void hnn_bar_format(char *text, size_t width, const hnn_bar_state *state)
{
    char left[96], right[96], eta[32], bar[MAX_BAR + 4] = "";
    format_eta(eta, sizeof eta, state->eta);
    int n = state->of_points
                ? snprintf(left, sizeof left, "point %zu/%zu ", state->point + 1, state->of_points)
                : 0;
    snprintf(left + n, sizeof left - (size_t)n, "trial %d/%d ", state->trial + 1, state->of);
    snprintf(right, sizeof right, " %.1f/%g ms  %3.0f%%  eta %s", state->t, state->tstop,
             100.0 * state->done, eta);
    size_t used = strlen(left) + strlen(right) + 2;
    if (width >= used + MIN_BAR) {
        size_t cells = width - used < MAX_BAR ? width - used : MAX_BAR;
        size_t full = (size_t)(state->done * (double)cells);
        bar[0] = '[';
        for (size_t i = 0; i < cells; i++)
            bar[1 + i] = i < full ? '#' : '-';
        bar[1 + cells] = ']';
    }
    snprintf(text, width + 1, "%s%s%s", left, bar, right);
}

void hnn_bar_draw(hnn_bar *bar, const hnn_bar_state *state)
{
    char text[MAX_WIDTH + 1];
    hnn_bar_format(text, terminal_width(bar->terminal), state);
    fprintf(bar->terminal, "\r%s\033[K", text);
    fflush(bar->terminal);
    bar->drawn = true;
}

void hnn_bar_clear(hnn_bar *bar)
{
    if (!bar->drawn)
        return;
    fputs("\r\033[K", bar->terminal);
    fflush(bar->terminal);
    bar->drawn = false;
}
