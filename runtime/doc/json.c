/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *hnn_json_string(const char *text)
{
    if (!text)
        return json_null();
    json_t *value = json_string(text);
    if (value)
        return value;
    HNN_AUTO_FREE char *ascii = hnn_strdup(text);
    for (char *c = ascii; *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    return json_string(ascii);
}

json_t *hnn_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void hnn_json_set_string(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, hnn_json_string(text));
}

void hnn_json_set_integer(json_t *object, const char *key, long long value)
{
    json_object_set_new(object, key, json_integer(value));
}

void hnn_json_set_rounded(json_t *object, const char *key, double value, int decimals)
{
    HNN_AUTO_FREE char *text = hnn_printf("%.*f", decimals, value);
    json_object_set_new(object, key, hnn_json_number(strtod(text, NULL)));
}

static json_t *from_scalar(const hnn_node *node)
{
    long long integer;
    double number;
    bool truth;
    if (!node->plain)
        return hnn_json_string(node->text);
    if (hnn_node_is_null(node))
        return json_null();
    if (hnn_node_bool(node, &truth))
        return json_boolean(truth);
    if (hnn_node_int(node, &integer))
        return json_integer(integer);
    if (hnn_node_double(node, &number) && isfinite(number))
        return json_real(number);
    return hnn_json_string(node->text);
}

json_t *hnn_json_from_doc(const hnn_node *node)
{
    json_t *value;
    switch (node->kind) {
    case HNN_NODE_SEQUENCE:
        value = json_array();
        for (size_t i = 0; i < node->n; i++)
            json_array_append_new(value, hnn_json_from_doc(node->items[i]));
        return value;
    case HNN_NODE_MAPPING:
        value = json_object();
        for (size_t i = 0; i < node->n; i++)
            json_object_set_new(value, node->pairs[i].key, hnn_json_from_doc(node->pairs[i].value));
        return value;
    default:
        return from_scalar(node);
    }
}

/* ---- text ---- */

typedef struct json_writer {
    FILE *out; /* memory stream: cannot fail but for lack of memory */
    int indent;
} json_writer;

static void write_value(const json_writer *w, const json_t *value, int depth);

static void write_real(const json_writer *w, double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    /* a real stays one when read back */
    fputs(text, w->out);
    if (!strpbrk(text, ".e"))
        fputs(".0", w->out);
}

static void write_leaf(const json_writer *w, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    fputs(text ? text : "null", w->out);
    free(text);
}

static void write_string(const json_writer *w, const char *string)
{
    json_t *value = hnn_json_string(string);
    write_leaf(w, value);
    json_decref(value);
}

static void new_line(const json_writer *w, int depth)
{
    if (w->indent)
        fprintf(w->out, "\n%*s", depth * w->indent, "");
}

/* Arrays of scalars stay on one line, for people who read the file. */
static bool is_flat(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        if (json_is_array(item) || json_is_object(item))
            return false;
    }
    return true;
}

static void write_array(const json_writer *w, const json_t *array, int depth)
{
    bool flat = is_flat(array);
    fputc('[', w->out);
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            fputs(flat && w->indent ? ", " : ",", w->out);
        if (!flat)
            new_line(w, depth + 1);
        write_value(w, json_array_get(array, i), depth + 1);
    }
    if (!flat)
        new_line(w, depth);
    fputc(']', w->out);
}

static void write_object(const json_writer *w, const json_t *object, int depth)
{
    fputc('{', w->out);
    const char *separator = "";
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)object, key, item)
    {
        fputs(separator, w->out);
        separator = ",";
        new_line(w, depth + 1);
        write_string(w, key);
        fputs(w->indent ? ": " : ":", w->out);
        write_value(w, item, depth + 1);
    }
    if (*separator)
        new_line(w, depth);
    fputc('}', w->out);
}

static void write_value(const json_writer *w, const json_t *value, int depth)
{
    if (json_is_real(value))
        write_real(w, json_real_value(value));
    else if (json_is_array(value))
        write_array(w, value, depth);
    else if (json_is_object(value))
        write_object(w, value, depth);
    else
        write_leaf(w, value);
}

char *hnn_json_text(const json_t *value, int indent)
{
    char *text = NULL;
    size_t bytes = 0;
    json_writer w = {.out = open_memstream(&text, &bytes), .indent = indent};
    if (!w.out)
        return hnn_strdup("null");
    write_value(&w, value, 0);
    fclose(w.out);
    return text;
}
