/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/reader.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LENGTH = 64 };

size_t hnn_reader_count(const hnn_reader *reader)
{
    return reader->errors->n + reader->errors->dropped;
}

hnn_place hnn_reader_place(hnn_reader *reader, hnn_place place)
{
    if (place.file && place.file != reader->file) {
        reader->file = place.file;
        reader->copy = hnn_arena_strdup(reader->arena, place.file);
    }
    place.file = place.file ? reader->copy : NULL;
    return place;
}

static char *format(hnn_arena *arena, const char *fmt, va_list args)
{
    HNN_AUTO_FREE char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0) {
        text = NULL;
        return hnn_arena_strdup(arena, fmt);
    }
    return hnn_arena_strdup(arena, text);
}

void hnn_reader_fail(hnn_reader *reader, hnn_place place, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = format(reader->arena, fmt, args);
    va_end(args);
    hnn_fail_at(reader->errors, HNN_ERR_MODEL, place, "%s", text);
}

static bool wrong(hnn_reader *reader, const hnn_node *node, const char *name, const char *right)
{
    HNN_AUTO_FREE char *found = hnn_node_text(node);
    hnn_reader_fail(reader, node->place, "%s must be %s, not %s", name, right, found);
    return false;
}

/* ---- keys ---- */

void hnn_read_known_keys(hnn_reader *reader, const hnn_node *mapping, hnn_names names)
{
    for (size_t i = 0; i < mapping->n; i++) {
        const char *key = mapping->pairs[i].key;
        size_t k = 0;
        while (k < names.n && strcmp(names.items[k], key) != 0)
            k++;
        bool kept = reader->errors->n < HNN_ERRORS_MAX; /* else do not look for suggestions */
        if (k == names.n)
            hnn_reader_fail(reader, mapping->pairs[i].place, "unknown key '%.*s'%s", NAME_LENGTH,
                            key, kept ? hnn_suggest_text(reader->arena, key, names) : "");
    }
}

void hnn_read_keys(hnn_reader *reader, const hnn_node *mapping, const char *const *keys)
{
    hnn_read_known_keys(reader, mapping, hnn_names_of(reader->arena, keys));
}

const hnn_node *hnn_read_given(const hnn_node *mapping, const char *key)
{
    const hnn_node *value = hnn_node_get(mapping, key);
    return hnn_node_is_null(value) ? NULL : value;
}

static const hnn_node *find(hnn_reader *reader, const hnn_node *mapping, const char *key,
                            bool required, const char *right)
{
    const hnn_node *value = hnn_read_given(mapping, key);
    if (!value && required)
        hnn_reader_fail(reader, mapping->place, "'%s' is missing: it must be %s", key, right);
    return value;
}

const hnn_node *hnn_read_mapping(hnn_reader *reader, const hnn_node *mapping, const char *key,
                                 bool required)
{
    static const char right[] = "a mapping {key: value, ...}";
    const hnn_node *value = find(reader, mapping, key, required, right);
    if (value && value->kind != HNN_NODE_MAPPING) {
        wrong(reader, value, key, right);
        return NULL;
    }
    return value;
}

const hnn_node *hnn_read_list(hnn_reader *reader, const hnn_node *mapping, const char *key,
                              bool required)
{
    static const char right[] = "a list [...]";
    const hnn_node *value = find(reader, mapping, key, required, right);
    if (value && value->kind != HNN_NODE_SEQUENCE) {
        wrong(reader, value, key, right);
        return NULL;
    }
    return value;
}

/* ---- values ---- */

/* "a number from 0 to 100 ms", "a number above 0 and up to 100 ms". */
static const char *range_text(hnn_reader *reader, const char *noun, hnn_range range)
{
    const char *space = *range.unit ? " " : "";
    return range.above ? hnn_arena_printf(reader->arena, "a %s above %g and up to %g%s%s", noun,
                                          range.low, range.high, space, range.unit)
                       : hnn_arena_printf(reader->arena, "a %s from %g to %g%s%s", noun, range.low,
                                          range.high, space, range.unit);
}

bool hnn_read_value(hnn_reader *reader, const hnn_node *node, const char *name, hnn_range range,
                    double *out)
{
    double value;
    bool good = hnn_node_double(node, &value) && isfinite(value) && value <= range.high &&
                (range.above ? value > range.low : value >= range.low);
    if (!good)
        return wrong(reader, node, name, range_text(reader, "number", range));
    *out = value;
    return true;
}

bool hnn_read_number(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                     hnn_range range, double *out)
{
    const hnn_node *value = hnn_read_given(mapping, key);
    if (!value) {
        if (required)
            find(reader, mapping, key, true, range_text(reader, "number", range));
        return false;
    }
    return hnn_read_value(reader, value, key, range, out);
}

static bool read_whole(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                       long long low, long long high, long long *out)
{
    long long number;
    const hnn_node *value = hnn_read_given(mapping, key);
    if (!value && !required)
        return false;
    if (value && hnn_node_int(value, &number) && number >= low && number <= high) {
        *out = number;
        return true;
    }
    const char *right =
        hnn_arena_printf(reader->arena, "a whole number from %lld to %lld", low, high);
    if (!value)
        find(reader, mapping, key, true, right);
    else
        wrong(reader, value, key, right);
    return false;
}

bool hnn_read_int(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                  int low, int high, int *out)
{
    long long number;
    if (!read_whole(reader, mapping, key, required, low, high, &number))
        return false;
    *out = (int)number;
    return true;
}

bool hnn_read_seed(hnn_reader *reader, const hnn_node *mapping, const char *key, int64_t *out)
{
    long long number;
    if (!read_whole(reader, mapping, key, HNN_OPTIONAL, 0, UINT32_MAX, &number))
        return false;
    *out = number;
    return true;
}

bool hnn_read_flag(hnn_reader *reader, const hnn_node *mapping, const char *key, bool *out)
{
    return hnn_field_flag(mapping, key, HNN_OPTIONAL, out, reader->errors);
}

bool hnn_read_text(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                   const char **out)
{
    const hnn_node *value = find(reader, mapping, key, required, "text");
    if (!value)
        return false;
    if (value->kind != HNN_NODE_SCALAR)
        return wrong(reader, value, key, "text");
    *out = hnn_arena_strdup(reader->arena, value->text);
    return true;
}

bool hnn_read_choice(hnn_reader *reader, const hnn_node *mapping, const char *key, bool required,
                     const char *const *choices, int *out)
{
    hnn_names names = hnn_names_of(reader->arena, choices);
    const char *right = "one of";
    for (size_t i = 0; i < names.n; i++)
        right = hnn_arena_printf(reader->arena, "%s%s %s", right, i ? "," : "", names.items[i]);
    const hnn_node *value = find(reader, mapping, key, required, right);
    if (!value)
        return false;
    for (size_t i = 0; value->kind == HNN_NODE_SCALAR && i < names.n; i++) {
        if (strcmp(value->text, names.items[i]) == 0) {
            *out = (int)i;
            return true;
        }
    }
    return wrong(reader, value, key, right);
}

/* ---- points ---- */

static const hnn_range coordinate = {-1e7, 1e7, false, "um"};

bool hnn_read_point(hnn_reader *reader, const hnn_node *node, const char *name, double out[3])
{
    if (node->kind != HNN_NODE_SEQUENCE || node->n != 3)
        return wrong(reader, node, name, "a point [x, y, z] in um");
    bool good = true;
    for (size_t i = 0; i < 3; i++)
        good = hnn_read_value(reader, node->items[i], name, coordinate, &out[i]) && good;
    return good;
}

double (*hnn_read_points(hnn_reader *reader, const hnn_node *list, const char *name, size_t least,
                         size_t *n))[3]
{
    if (list->n < least) {
        hnn_reader_fail(reader, list->place, "%s must have at least %zu point%s [x, y, z]", name,
                        least, least == 1 ? "" : "s");
        return NULL;
    }
    double(*points)[3] = hnn_arena_alloc(reader->arena, list->n, sizeof *points);
    for (size_t i = 0; i < list->n; i++)
        if (!hnn_read_point(reader, list->items[i], name, points[i]))
            return NULL;
    *n = list->n;
    return points;
}

/* ---- names ---- */

bool hnn_check_name(hnn_reader *reader, const char *what, const char *name, hnn_place place)
{
    size_t n = strlen(name);
    const char *why = n == 0            ? "is empty"
                      : n > NAME_LENGTH ? "is longer than 64 characters"
                      : *name == '.'    ? "begins with '.'"
                                        : NULL;
    for (const char *p = name; *p && !why; p++)
        if (isspace((unsigned char)*p) || iscntrl((unsigned char)*p) || *p == '/')
            why = "contains a space, a '/' or a control character";
    if (why)
        hnn_reader_fail(reader, place,
                        "the name '%.*s' of this %s %s; use letters, digits, '_' and '-'",
                        NAME_LENGTH, name, what, why);
    return !why;
}

void hnn_read_unknown(hnn_reader *reader, hnn_place place, const char *what, const char *name,
                      hnn_names names)
{
    hnn_reader_fail(reader, place, "there is no %s '%.*s'%s", what, NAME_LENGTH, name,
                    hnn_suggest_text(reader->arena, name, names));
}
