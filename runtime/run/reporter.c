/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/reporter.h"

#include "doc/json.h"
#include "run/bar.h"
#include "run/provenance.h"
#include "run/signals.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct hnn_reporter {
    bool json, quiet;
    int verbose;
    FILE *out, *err;
    hnn_bar *bar;         /* NULL: no progress for people */
    bool lines;           /* the bar is written as lines: no terminal */
    size_t of_points;     /* of a sweep; 0: a single run */
    double before, share; /* parts of the whole run: before this batch, and the batch */
    double begun;         /* when the first progress came, s */
    double last;          /* when progress was told last, s */
    int last_tenth;
};

static const double progress_interval = 0.1; /* s */

/* ---- helpers ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Prints one event and releases it.  A reader that has gone away is no reason to stop the
 * run: what cannot be written is dropped.                                     */
static void emit(hnn_reporter *r, json_t *event)
{
    HNN_AUTO_FREE char *text = hnn_json_text(event, 0);
    fprintf(r->out, "%s\n", text);
    fflush(r->out);
    clearerr(r->out);
    json_decref(event);
}

static json_t *new_event(const char *name)
{
    json_t *event = json_object();
    json_object_set_new(event, "event", json_string(name));
    return event;
}

/* Which point of a sweep an event is of. */
static void add_point(const hnn_reporter *r, json_t *event, size_t point)
{
    if (!r->of_points)
        return;
    hnn_json_set_integer(event, "point", (long long)point);
    hnn_json_set_integer(event, "of_points", (long long)r->of_points);
}

static void say(hnn_reporter *r, FILE *where, const char *fmt, ...) HNN_PRINTF(3, 4);

/* A line for people; the bar makes way for it. */
static void say(hnn_reporter *r, FILE *where, const char *fmt, ...)
{
    if (r->bar)
        hnn_bar_clear(r->bar);
    va_list args;
    va_start(args, fmt);
    vfprintf(where, fmt, args);
    va_end(args);
    fputc('\n', where);
    fflush(where);
    clearerr(where);
}

/* ---- life ---- */

bool hnn_progress_mode_parse(const char *text, hnn_progress_mode *out)
{
    static const char *const names[] = {[HNN_PROGRESS_AUTO] = "auto",
                                        [HNN_PROGRESS_BAR] = "bar",
                                        [HNN_PROGRESS_JSON] = "json",
                                        [HNN_PROGRESS_NONE] = "none"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text ? text : "auto", names[i]) == 0) {
            *out = (hnn_progress_mode)i;
            return true;
        }
    }
    return false;
}

hnn_reporter *hnn_reporter_create(const hnn_reporter_options *options)
{
    hnn_reporter *r = hnn_alloc(1, sizeof *r);
    r->json = options->mode == HNN_PROGRESS_JSON;
    r->quiet = options->quiet;
    r->verbose = options->verbose;
    r->out = options->out ? options->out : stdout;
    r->err = options->err ? options->err : stderr;
    r->begun = -1.0;
    r->share = 1.0;
    bool terminal = options->terminal || isatty(fileno(r->err));
    bool wanted =
        options->mode == HNN_PROGRESS_BAR || (options->mode == HNN_PROGRESS_AUTO && terminal);
    if (wanted && !r->quiet) {
        if (terminal)
            r->bar = hnn_bar_create(r->err);
        else
            r->lines = true;
    }
    return r;
}

void hnn_reporter_destroy(hnn_reporter *r)
{
    if (!r)
        return;
    if (r->bar) {
        hnn_bar_clear(r->bar);
        hnn_bar_destroy(r->bar);
    }
    free(r);
}

/* ---- the run ---- */

void hnn_report_start(hnn_reporter *r, const char *model_file)
{
    if (!r)
        return;
    if (r->json) {
        json_t *event = new_event("start");
        hnn_json_set_string(event, "version", HNN_VERSION);
        hnn_json_set_string(event, "model", model_file);
        emit(r, event);
    } else if (r->verbose > 0) {
        say(r, r->err, "hnn-run %s: %s", HNN_VERSION, model_file);
    }
}

void hnn_report_plan(hnn_reporter *r, const json_t *plan, const char *text)
{
    if (!r)
        return;
    if (r->json) {
        json_t *event = new_event("plan");
        json_object_update(event, (json_t *)plan);
        hnn_json_set_string(event, "event", "plan");
        emit(r, event);
    } else if (!r->quiet) {
        say(r, r->err, "%s", text);
    }
}

void hnn_report_sweep(hnn_reporter *r, size_t of_points, size_t finished, const char *first,
                      const char *last)
{
    if (!r)
        return;
    r->of_points = of_points;
    if (r->json) {
        json_t *event = new_event("sweep");
        hnn_json_set_integer(event, "of_points", (long long)of_points);
        hnn_json_set_integer(event, "finished", (long long)finished);
        emit(r, event);
    } else if (!r->quiet) {
        say(r, r->err, "sweep of %zu points from %s to %s", of_points, first, last);
        if (finished)
            say(r, r->err, "%zu of them are finished already", finished);
    }
}

void hnn_report_batch(hnn_reporter *r, double before, double share)
{
    if (!r)
        return;
    r->before = before;
    r->share = share;
}

void hnn_report_point(hnn_reporter *r, size_t point, const json_t *values, const char *text)
{
    if (!r)
        return;
    if (r->json) {
        json_t *event = new_event("point");
        add_point(r, event, point);
        json_object_set(event, "values", (json_t *)values);
        emit(r, event);
    } else if (!r->quiet) {
        say(r, r->err, "point %zu of %zu: %s", point + 1, r->of_points, text);
    }
}

static void emit_progress(hnn_reporter *r, const hnn_bar_state *state)
{
    json_t *event = new_event("progress");
    add_point(r, event, state->point);
    hnn_json_set_integer(event, "trial", state->trial);
    hnn_json_set_integer(event, "of", state->of);
    hnn_json_set_rounded(event, "t", state->t, 6);
    json_object_set_new(event, "tstop", hnn_json_number(state->tstop));
    if (state->eta >= 0.0)
        hnn_json_set_rounded(event, "eta_s", state->eta, 3);
    else
        json_object_set_new(event, "eta_s", json_null());
    emit(r, event);
}

/* "point 3 of 12, " in a sweep; caller frees. */
static char *point_text(const hnn_reporter *r, size_t point)
{
    return r->of_points ? hnn_printf("point %zu of %zu, ", point + 1, r->of_points)
                        : hnn_strdup("");
}

void hnn_report_progress(hnn_reporter *r, const hnn_trial_place *place, double t, double tstop,
                         double part)
{
    if (!r || !(r->json || r->bar || r->lines))
        return;
    double time = now();
    bool first = r->begun < 0.0;
    if (first)
        r->begun = time;
    double done = r->before + r->share * part;
    done = done < 1.0 ? done : 1.0;
    hnn_bar_state state = {place->point, r->of_points, place->trial, place->of, t,
                           tstop,        done,         -1.0};
    if (done > 0.0 && time > r->begun)
        state.eta = (time - r->begun) * (1.0 - done) / done;
    if (r->lines) {
        int tenth = (int)(10.0 * done + 1e-9);
        if (tenth > r->last_tenth) {
            HNN_AUTO_FREE char *where = point_text(r, place->point);
            say(r, r->err, "%d%%: %strial %d of %d at %g of %g ms", 10 * tenth, where,
                place->trial + 1, place->of, t, tstop);
        }
        r->last_tenth = tenth;
        return;
    }
    if (!first && time - r->last < progress_interval && done < 1.0)
        return;
    r->last = time;
    if (r->json)
        emit_progress(r, &state);
    else
        hnn_bar_draw(r->bar, &state);
}

/* ", spikes: L2_basket 55, L2_pyramidal 114": the cells; "" when spikes are not recorded.
 * Caller frees.                                                               */
static char *counts_text(const hnn_network *network, const size_t *counts)
{
    char *text = hnn_strdup("");
    for (size_t i = 0; network->model->record.spikes && i < network->model->n_cell_types; i++) {
        char *longer =
            hnn_printf("%s%s%s %zu", text,
                       i ? ", " : ", spikes: ", network->model->cell_types[i].name, counts[i]);
        free(text);
        text = longer;
    }
    return text;
}

void hnn_report_trial(hnn_reporter *r, const hnn_trial_place *place, double seconds,
                      const hnn_network *network, const size_t *counts)
{
    if (!r)
        return;
    if (r->json) {
        json_t *event = new_event("trial");
        add_point(r, event, place->point);
        hnn_json_set_integer(event, "trial", place->trial);
        hnn_json_set_integer(event, "of", place->of);
        hnn_json_set_rounded(event, "seconds", seconds, 3);
        json_object_set_new(event, "spikes", hnn_spike_counts_json(network->model, counts));
        emit(r, event);
    } else if (!r->quiet) {
        HNN_AUTO_FREE char *where = point_text(r, place->point);
        HNN_AUTO_FREE char *spikes = counts_text(network, counts);
        say(r, r->err, "%strial %d of %d: %.1f s%s", where, place->trial + 1, place->of, seconds,
            spikes);
    }
}

/* ---- messages ---- */

void hnn_report_warning(hnn_reporter *r, const char *fmt, ...)
{
    if (!r)
        return;
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    int n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n < 0)
        return;
    if (r->json) {
        json_t *event = new_event("warning");
        hnn_json_set_string(event, "message", text);
        emit(r, event);
    }
    if (!r->quiet)
        say(r, r->err, "warning: %s", text);
    free(text);
}

void hnn_report_detail(hnn_reporter *r, int level, const char *fmt, ...)
{
    if (!r || r->quiet || r->verbose < level)
        return;
    if (r->bar)
        hnn_bar_clear(r->bar);
    va_list args;
    va_start(args, fmt);
    vfprintf(r->err, fmt, args);
    va_end(args);
    fputc('\n', r->err);
}

static json_t *error_event(const hnn_error *error)
{
    json_t *event = new_event("error");
    hnn_json_set_string(event, "code", hnn_status_name(error->code));
    HNN_AUTO_FREE char *message = error->context
                                      ? hnn_printf("%s: %s", error->context, error->message)
                                      : hnn_strdup(error->message);
    hnn_json_set_string(event, "message", message);
    hnn_json_set_string(event, "file", error->place.file);
    bool placed = error->place.line > 0;
    json_object_set_new(event, "line", placed ? json_integer(error->place.line) : json_null());
    json_object_set_new(event, "column", placed ? json_integer(error->place.column) : json_null());
    return event;
}

void hnn_report_errors(hnn_reporter *r, const hnn_errors *errors)
{
    if (!r)
        return;
    for (size_t i = 0; i < errors->n; i++) {
        if (r->json)
            emit(r, error_event(&errors->items[i]));
        HNN_AUTO_FREE char *text = hnn_error_text(&errors->items[i]);
        say(r, r->err, "%s", text);
    }
    if (errors->dropped)
        say(r, r->err, "and %zu more errors", errors->dropped);
}

/* ---- the end ---- */

void hnn_report_less(hnn_reporter *r, const hnn_errors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        HNN_AUTO_FREE char *text = hnn_error_text(&errors->items[i]);
        hnn_report_detail(r, 1, "with fewer at a time after %s", text);
    }
}

void hnn_report_done(hnn_reporter *r, const char *folder, double seconds)
{
    if (!r)
        return;
    if (r->json) {
        json_t *event = new_event("done");
        hnn_json_set_string(event, "folder", folder);
        hnn_json_set_rounded(event, "seconds", seconds, 3);
        emit(r, event);
    } else if (!r->quiet) {
        say(r, r->out, "done in %.1f s: results in %s", seconds, folder);
    }
}

/* What was finished before the end. */
static void emit_finished(hnn_reporter *r, json_t *event, size_t finished, size_t of,
                          const char *folder)
{
    hnn_json_set_integer(event, r->of_points ? "finished_points" : "finished", (long long)finished);
    hnn_json_set_integer(event, r->of_points ? "of_points" : "of", (long long)of);
    hnn_json_set_string(event, "folder", folder);
    emit(r, event);
}

void hnn_report_failed(hnn_reporter *r, size_t finished, size_t of, const char *folder)
{
    if (!r || finished == 0)
        return;
    if (r->json)
        emit_finished(r, new_event("failed"), finished, of, folder);
    else
        say(r, r->err, "failed: %zu of %zu %ss are finished and saved in %s", finished, of,
            r->of_points ? "point" : "trial", folder);
}

void hnn_report_interrupted(hnn_reporter *r, int signal_number, size_t finished, size_t of,
                            const char *folder)
{
    if (!r)
        return;
    const char *name = hnn_signals_name(signal_number);
    if (r->json) {
        json_t *event = new_event("interrupted");
        hnn_json_set_string(event, "signal", name);
        emit_finished(r, event, finished, of, folder);
    } else if (folder && r->of_points) {
        say(r, r->err,
            "interrupted by %s: %zu of %zu points are finished and saved in %s; go on with "
            "--resume",
            name, finished, of, folder);
    } else if (folder) {
        say(r, r->err, "interrupted by %s: %zu of %zu trials are finished and saved in %s", name,
            finished, of, folder);
    } else {
        say(r, r->err, "interrupted by %s before a %s was finished: nothing saved", name,
            r->of_points ? "point" : "trial");
    }
}
