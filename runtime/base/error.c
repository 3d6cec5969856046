/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/error.h"

#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *format_text(const char *fmt, va_list args)
{
    va_list copy;
    va_copy(copy, args);
    int n = vsnprintf(NULL, 0, fmt, copy);
    va_end(copy);
    char *text = hnn_alloc((size_t)(n < 0 ? 0 : n) + 1, 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, fmt, args);
    return text;
}

/* Room for one more; NULL when the list is full. */
static hnn_error *next_error(hnn_errors *errors)
{
    if (errors->n == HNN_ERRORS_MAX) {
        errors->dropped++;
        return NULL;
    }
    if (errors->n == errors->capacity) {
        errors->capacity = errors->capacity ? 2 * errors->capacity : 4;
        errors->items = hnn_realloc(errors->items, errors->capacity, sizeof *errors->items);
    }
    return &errors->items[errors->n++];
}

static void add_error(hnn_errors *errors, hnn_status code, hnn_place place, const char *fmt,
                      va_list args)
{
    hnn_error *e = next_error(errors);
    if (!e)
        return;
    if (place.file)
        place.file = hnn_strdup(place.file);
    *e = (hnn_error){.code = code, .place = place, .message = format_text(fmt, args)};
}

static void release_error(hnn_error *e)
{
    free((char *)e->place.file);
    free(e->message);
    free(e->context);
}

hnn_status hnn_fail(hnn_errors *errors, hnn_status code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add_error(errors, code, (hnn_place){0}, fmt, args);
    va_end(args);
    return code;
}

hnn_status hnn_fail_at(hnn_errors *errors, hnn_status code, hnn_place place, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add_error(errors, code, place, fmt, args);
    va_end(args);
    return code;
}

void hnn_errors_context(hnn_errors *errors, size_t first, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    HNN_AUTO_FREE char *outer = format_text(fmt, args);
    va_end(args);
    for (size_t i = first; i < errors->n; i++) {
        hnn_error *e = &errors->items[i];
        char *joined = e->context ? hnn_printf("%s: %s", outer, e->context) : hnn_strdup(outer);
        free(e->context);
        e->context = joined;
    }
}

/* The file's own errors first, then other files in the order of their first error. */
static size_t file_rank(const hnn_errors *errors, const char *own, const char *file)
{
    if (!file || strcmp(file, own) == 0)
        return 0;
    size_t i = 0;
    while (!errors->items[i].place.file || strcmp(errors->items[i].place.file, file) != 0)
        i++;
    return i + 1;
}

static bool is_before(hnn_place a, size_t rank_a, hnn_place b, size_t rank_b)
{
    if (rank_a != rank_b)
        return rank_a < rank_b;
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* By insertion, which keeps the order of equals; there are at most HNN_ERRORS_MAX. */
void hnn_errors_sort(hnn_errors *errors, size_t first, const char *file)
{
    size_t ranks[HNN_ERRORS_MAX];
    for (size_t i = first; i < errors->n; i++)
        ranks[i] = file_rank(errors, file, errors->items[i].place.file);
    for (size_t i = first + 1; i < errors->n; i++) {
        hnn_error error = errors->items[i];
        size_t rank = ranks[i], k = i;
        for (; k > first && is_before(error.place, rank, errors->items[k - 1].place, ranks[k - 1]);
             k--) {
            errors->items[k] = errors->items[k - 1];
            ranks[k] = ranks[k - 1];
        }
        errors->items[k] = error;
        ranks[k] = rank;
    }
}

void hnn_errors_move(hnn_errors *from, hnn_errors *to)
{
    for (size_t i = 0; i < from->n; i++) {
        hnn_error *e = next_error(to);
        if (e)
            *e = from->items[i];
        else
            release_error(&from->items[i]);
    }
    to->dropped += from->dropped;
    free(from->items);
    *from = (hnn_errors){0};
}

hnn_status hnn_errors_status(const hnn_errors *errors)
{
    return errors->n ? errors->items[0].code : HNN_OK;
}

char *hnn_error_text(const hnn_error *error)
{
    char place[64] = "";
    if (error->place.line > 0)
        snprintf(place, sizeof place, ":%d:%d", error->place.line, error->place.column);
    char *text =
        hnn_printf("%s%s%serror: %s%s%s", error->place.file ? error->place.file : "", place,
                   error->place.file ? ": " : "", error->context ? error->context : "",
                   error->context ? ": " : "", error->message);
    /* Names in a file must not command the terminal. */
    for (unsigned char *c = (unsigned char *)text; *c; c++)
        if ((*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7f)
            *c = '?';
    return text;
}

void hnn_errors_clear(hnn_errors *errors)
{
    for (size_t i = 0; i < errors->n; i++)
        release_error(&errors->items[i]);
    free(errors->items);
    *errors = (hnn_errors){0};
}
