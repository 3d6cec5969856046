/* SPDX-License-Identifier: BSD-3-Clause */
/* A document as YAML text that people like to read: small mappings and lists on one
 * line, long lists of numbers wrapped, everything else in block form.         */
#include "doc/doc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_WIDTH = 100, FLOW_WIDTH = 88, INDENT = 2, NO_WRAP = 1 << 30 };

typedef struct writer {
    FILE *file;
    int column;
    int width; /* lines of flow text are broken here */
} writer;

static void put(writer *w, const char *text)
{
    fputs(text, w->file);
    w->column += (int)strlen(text);
}

static void new_line(writer *w, int indent)
{
    fprintf(w->file, "\n%*s", indent, "");
    w->column = indent;
}

/* ---- scalars ---- */

static bool resolves(const char *text)
{
    hnn_node node = {.kind = HNN_NODE_SCALAR, .text = text, .plain = true};
    double number;
    long long integer;
    bool flag;
    return hnn_node_is_null(&node) || hnn_node_bool(&node, &flag) ||
           hnn_node_double(&node, &number) || hnn_node_int(&node, &integer);
}

/* Can this be written without quotes anywhere, and be read back as the same text? */
static bool is_safe_plain(const char *text)
{
    if (!isalnum((unsigned char)text[0]) && text[0] != '_' && text[0] != '/')
        return false;
    for (const char *p = text; *p; p++) {
        bool inner_space = *p == ' ' && p[1] && p[1] != ' ';
        if (!isalnum((unsigned char)*p) && !inner_space && !strchr("_./+-()%", *p))
            return false;
    }
    return true;
}

static bool is_bare(const hnn_node *node)
{
    bool value = resolves(node->text);
    return node->plain ? value || is_safe_plain(node->text) : !value && is_safe_plain(node->text);
}

static void put_quoted(writer *w, const char *text)
{
    put(w, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        char escaped[8] = {(char)c, '\0'};
        if (c == '"' || c == '\\')
            snprintf(escaped, sizeof escaped, "\\%c", c);
        else if (c == '\n')
            snprintf(escaped, sizeof escaped, "\\n");
        else if (c < 0x20 || c == 0x7f)
            snprintf(escaped, sizeof escaped, "\\x%02X", c);
        put(w, escaped);
    }
    put(w, "\"");
}

static void put_text(writer *w, const hnn_node *node)
{
    if (!is_bare(node))
        put_quoted(w, node->text);
    else
        put(w, *node->text ? node->text : "null");
}

static void put_key(writer *w, const char *key)
{
    hnn_node node = {.kind = HNN_NODE_SCALAR, .text = key};
    put_text(w, &node);
}

/* ---- flow ---- */

/* Columns the node takes in flow form; stops counting past `limit`. */
static int flow_width(const hnn_node *node, int limit)
{
    if (node->kind == HNN_NODE_SCALAR) {
        size_t n = strlen(node->text) + 2;
        return n < (size_t)limit ? (int)n : limit + 1;
    }
    int width = 2;
    for (size_t i = 0; i < node->n && width <= limit; i++) {
        bool mapping = node->kind == HNN_NODE_MAPPING;
        if (mapping)
            width += (int)strnlen(node->pairs[i].key, (size_t)limit) + 2;
        width += 2 + flow_width(mapping ? node->pairs[i].value : node->items[i], limit);
    }
    return width;
}

static void put_flow(writer *w, const hnn_node *node, int indent)
{
    if (node->kind == HNN_NODE_SCALAR) {
        put_text(w, node);
        return;
    }
    bool mapping = node->kind == HNN_NODE_MAPPING;
    put(w, mapping ? "{" : "[");
    for (size_t i = 0; i < node->n; i++) {
        const hnn_node *value = mapping ? node->pairs[i].value : node->items[i];
        int width = flow_width(value, LINE_WIDTH);
        if (mapping)
            width += (int)strlen(node->pairs[i].key) + 2;
        if (i)
            put(w, ",");
        if (i && w->column > indent && width < w->width - w->column)
            put(w, " ");
        else if (i)
            new_line(w, indent);
        if (mapping) {
            put_key(w, node->pairs[i].key);
            put(w, ": ");
        }
        put_flow(w, value, indent + INDENT);
    }
    put(w, mapping ? "}" : "]");
}

/* ---- block ---- */

static bool holds_mappings(const hnn_node *node)
{
    if (node->kind != HNN_NODE_SEQUENCE)
        return node->kind == HNN_NODE_MAPPING;
    for (size_t i = 0; i < node->n; i++)
        if (holds_mappings(node->items[i]))
            return true;
    return false;
}

static bool is_flow(const hnn_node *node, int room)
{
    return !node->n || !holds_mappings(node) || flow_width(node, room) <= room;
}

static void put_block(writer *w, const hnn_node *node, int indent);

static void put_value(writer *w, const hnn_node *value, int indent)
{
    if (is_flow(value, FLOW_WIDTH - w->column)) {
        put(w, " ");
        put_flow(w, value, indent + INDENT);
    } else {
        new_line(w, indent + INDENT);
        put_block(w, value, indent + INDENT);
    }
}

static void put_block(writer *w, const hnn_node *node, int indent)
{
    for (size_t i = 0; i < node->n; i++) {
        if (i)
            new_line(w, indent);
        if (node->kind == HNN_NODE_MAPPING) {
            put_key(w, node->pairs[i].key);
            put(w, ":");
            put_value(w, node->pairs[i].value, indent);
            continue;
        }
        const hnn_node *item = node->items[i];
        put(w, "- ");
        if (is_flow(item, LINE_WIDTH - indent - INDENT))
            put_flow(w, item, indent + 2 * INDENT);
        else
            put_block(w, item, indent + INDENT);
    }
}

static char *write_text(const hnn_node *node, bool one_line)
{
    char *text = NULL;
    size_t bytes = 0;
    writer w = {.file = open_memstream(&text, &bytes), .width = one_line ? NO_WRAP : LINE_WIDTH};
    if (!w.file)
        return hnn_strdup("");
    if (one_line || node->kind == HNN_NODE_SCALAR || !node->n)
        put_flow(&w, node, one_line ? -1 : INDENT);
    else
        put_block(&w, node, 0);
    if (!one_line)
        put(&w, "\n");
    fclose(w.file);
    return text;
}

char *hnn_doc_write(const hnn_node *root)
{
    return write_text(root, false);
}

char *hnn_doc_write_flow(const hnn_node *node)
{
    return write_text(node, true);
}
