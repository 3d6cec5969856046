/* SPDX-License-Identifier: BSD-3-Clause */
/* The .param format of the first HNN program: a `key: value` on each line. */
#include "doc/doc.h"
#include "doc/source.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct param_reader {
    hnn_arena *arena;
    hnn_errors *errors;
    const char *name;
    hnn_node *root;
} param_reader;

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

static void read_line(param_reader *r, char *line, int number)
{
    char *begin = line;
    line[strcspn(line, "#")] = '\0';
    char *key = trim(line);
    if (!*key)
        return;
    hnn_place place = {r->name, number, (int)(key - begin) + 1};
    char *colon = strchr(key, ':');
    if (!colon) {
        hnn_fail_at(r->errors, HNN_ERR_MODEL, place,
                    "a line of a .param file is 'name: value'; there is no ':' in '%.40s'", key);
        return;
    }
    *colon = '\0';
    char *value = trim(colon + 1);
    key = trim(key);
    hnn_node *node = hnn_arena_alloc(r->arena, 1, sizeof *node);
    node->place = (hnn_place){r->name, number, (int)(value - begin) + 1};
    node->text = hnn_arena_strdup(r->arena, value);
    node->plain = true;
    hnn_pair_node *old = hnn_node_pair(r->root, key);
    if (old)
        hnn_fail_at(r->errors, HNN_ERR_MODEL, place,
                    "the parameter '%s' stands here a second time (before on line %d); keep one "
                    "of them",
                    key, old->place.line);
    else
        hnn_node_append(r->arena, r->root,
                        (hnn_pair_node){hnn_arena_strdup(r->arena, key), place, node});
}

/* A .param file has about 300 lines; anything much larger is something else. */
enum { MAX_BYTES = 1 << 17 };

hnn_status hnn_doc_read_param(hnn_arena *arena, const char *path, hnn_node **out,
                              hnn_errors *errors)
{
    size_t before = errors->n + errors->dropped;
    FILE *file = hnn_doc_open(path, errors);
    if (!file)
        return HNN_ERR_MODEL;
    HNN_AUTO_FREE char *text = hnn_alloc(MAX_BYTES + 1, 1);
    hnn_source source;
    hnn_source_init(&source, file, NULL, 0);
    size_t n = 0, got = 1;
    while (got && n < MAX_BYTES &&
           hnn_source_read(&source, (unsigned char *)text + n, MAX_BYTES - n, &got))
        n += got;
    fclose(file);
    param_reader r = {arena, errors, hnn_arena_strdup(arena, path), hnn_node_mapping(arena)};
    r.root->place = (hnn_place){r.name, 1, 1};
    if (source.problem[0])
        return hnn_fail_at(errors, HNN_ERR_MODEL, (hnn_place){r.name, source.line, source.column},
                           "%s", source.problem);
    if (n == MAX_BYTES)
        return hnn_fail_at(errors, HNN_ERR_MODEL, r.root->place,
                           "this is no .param file: it is larger than 128 KiB");
    char *rest = text, *line;
    for (int number = 1; (line = strsep(&rest, "\n")); number++)
        read_line(&r, line, number);
    if (errors->n + errors->dropped > before)
        return HNN_ERR_MODEL;
    if (!r.root->n)
        return hnn_fail_at(errors, HNN_ERR_MODEL, r.root->place,
                           "the file is empty; a .param file has lines 'name: value'");
    *out = r.root;
    return HNN_OK;
}
