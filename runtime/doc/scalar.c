/* SPDX-License-Identifier: BSD-3-Clause */
/* What plain scalars mean: YAML 1.2's core schema, which includes JSON's forms. */
#include "doc/doc.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool is_plain(const hnn_node *node)
{
    return node && node->kind == HNN_NODE_SCALAR && node->plain;
}

bool hnn_node_is_null(const hnn_node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};
    return !node || (is_plain(node) && is_one_of(node->text, words));
}

bool hnn_node_bool(const hnn_node *node, bool *out)
{
    static const char *const yes[] = {"true", "True", "TRUE", NULL};
    static const char *const no[] = {"false", "False", "FALSE", NULL};
    if (!is_plain(node))
        return false;
    *out = is_one_of(node->text, yes);
    return *out || is_one_of(node->text, no);
}

/* [-+]? (digits [. digits?] | . digits) ([eE] [-+]? digits)? */
static bool is_decimal(const char *p)
{
    size_t digits = 0;
    if (*p == '-' || *p == '+')
        p++;
    for (; isdigit((unsigned char)*p); p++)
        digits++;
    if (*p == '.')
        for (p++; isdigit((unsigned char)*p); p++)
            digits++;
    if (!digits)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        if (*p == '-' || *p == '+')
            p++;
        if (!isdigit((unsigned char)*p))
            return false;
        while (isdigit((unsigned char)*p))
            p++;
    }
    return *p == '\0';
}

static bool special_double(const char *text, double *out)
{
    static const char *const nan_words[] = {".nan", ".NaN", ".NAN", "NaN", "nan", NULL};
    static const char *const inf_words[] = {".inf", ".Inf",     ".INF", "Infinity",
                                            "inf",  "infinity", "Inf",  NULL};
    double sign = *text == '-' ? -1 : 1;
    if (is_one_of(text, nan_words)) {
        *out = (double)NAN;
        return true;
    }
    if (*text == '-' || *text == '+')
        text++;
    *out = sign * (double)INFINITY;
    return is_one_of(text, inf_words);
}

static bool prefixed_int(const char *text, long long *out)
{
    int base = strncmp(text, "0x", 2) == 0 ? 16 : strncmp(text, "0o", 2) == 0 ? 8 : 0;
    if (!base || !isxdigit((unsigned char)text[2]))
        return false;
    char *end;
    errno = 0;
    *out = strtoll(text + 2, &end, base);
    return *end == '\0' && errno == 0;
}

bool hnn_node_double(const hnn_node *node, double *out)
{
    long long integer;
    if (!is_plain(node))
        return false;
    if (prefixed_int(node->text, &integer)) {
        *out = (double)integer;
        return true;
    }
    if (is_decimal(node->text)) {
        *out = strtod(node->text, NULL);
        return true;
    }
    return special_double(node->text, out);
}

bool hnn_node_int(const hnn_node *node, long long *out)
{
    double value;
    if (!is_plain(node))
        return false;
    if (prefixed_int(node->text, out))
        return true;
    if (!is_decimal(node->text))
        return false;
    char *end;
    errno = 0;
    *out = strtoll(node->text, &end, 10);
    if (*end == '\0')
        return errno == 0;
    /* 2^53: up to here a double holds every whole number. */
    value = strtod(node->text, NULL);
    if (value != trunc(value) || fabs(value) > 9007199254740992.0)
        return false;
    *out = (long long)value;
    return true;
}

/* ---- making ---- */

static hnn_node *make_scalar(hnn_arena *arena, const char *text, bool plain)
{
    hnn_node *node = hnn_arena_alloc(arena, 1, sizeof *node);
    node->kind = HNN_NODE_SCALAR;
    node->text = hnn_arena_strdup(arena, text);
    node->plain = plain;
    return node;
}

hnn_node *hnn_node_string(hnn_arena *arena, const char *text)
{
    return make_scalar(arena, text, false);
}

hnn_node *hnn_node_number(hnn_arena *arena, double value)
{
    if (isnan(value))
        return make_scalar(arena, ".nan", true);
    if (isinf(value))
        return make_scalar(arena, value > 0 ? ".inf" : "-.inf", true);
    char text[40];
    if (value == trunc(value) && fabs(value) < 1e15) {
        snprintf(text, sizeof text, "%.0f", value); /* not 1e+02 */
        return make_scalar(arena, text, true);
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return make_scalar(arena, text, true);
}

hnn_node *hnn_node_integer(hnn_arena *arena, long long value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", value);
    return make_scalar(arena, text, true);
}

hnn_node *hnn_node_boolean(hnn_arena *arena, bool value)
{
    return make_scalar(arena, value ? "true" : "false", true);
}
