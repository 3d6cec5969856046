/* SPDX-License-Identifier: BSD-3-Clause */
/* From libyaml's events to a document.  The tree is built on an explicit stack, whose
 * size is the depth limit: memory does not grow with hostile nesting.         */
#include "doc/doc.h"
#include "doc/source.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct builder {
    hnn_arena *arena;
    hnn_errors *errors;
    const char *name;
    hnn_node *root;
    hnn_node *open[HNN_DOC_MAX_DEPTH]; /* mappings and sequences not yet ended */
    int depth;
    bool has_key; /* the innermost mapping's key has been read, its value not */
    hnn_pair_node pair;
    int documents;
} builder;

static hnn_place place_of(const builder *b, yaml_mark_t mark)
{
    return (hnn_place){b->name, (int)mark.line + 1, (int)mark.column + 1};
}

static hnn_status fail_here(builder *b, const yaml_event_t *event, const char *what)
{
    return hnn_fail_at(b->errors, HNN_ERR_MODEL, place_of(b, event->start_mark), "%s", what);
}

/* Where the next node belongs: under the open key, at the end of the list, or at the root. */
static hnn_status attach(builder *b, hnn_node *node, const yaml_event_t *event)
{
    if (b->depth == 0) {
        b->root = node;
        return HNN_OK;
    }
    hnn_node *parent = b->open[b->depth - 1];
    if (parent->kind == HNN_NODE_SEQUENCE) {
        hnn_node_push(b->arena, parent, node);
        return HNN_OK;
    }
    if (!b->has_key)
        return fail_here(b, event, "a key must be plain text, not a list or a mapping");
    b->pair.value = node;
    b->has_key = false;
    hnn_node_append(b->arena, parent, b->pair);
    return HNN_OK;
}

static bool expects_key(const builder *b)
{
    return b->depth && b->open[b->depth - 1]->kind == HNN_NODE_MAPPING && !b->has_key;
}

static hnn_status on_scalar(builder *b, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (strlen(text) != length)
        return fail_here(b, event, "text must not contain the character \\0");
    if (event->data.scalar.tag || event->data.scalar.anchor)
        return fail_here(b, event,
                         "tags (!name) and anchors (&name) are not supported; write the plain "
                         "value");
    hnn_place place = place_of(b, event->start_mark);
    if (expects_key(b)) {
        b->pair = (hnn_pair_node){hnn_arena_strdup(b->arena, text), place, NULL};
        b->has_key = true;
        return HNN_OK;
    }
    hnn_node *node = hnn_arena_alloc(b->arena, 1, sizeof *node);
    node->kind = HNN_NODE_SCALAR;
    node->place = place;
    node->text = hnn_arena_strdup(b->arena, text);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return attach(b, node, event);
}

static hnn_status on_start(builder *b, const yaml_event_t *event, hnn_node *node, bool decorated)
{
    node->place = place_of(b, event->start_mark);
    if (decorated)
        return fail_here(b, event,
                         "tags (!name) and anchors (&name) are not supported; write the plain "
                         "value");
    if (b->depth == HNN_DOC_MAX_DEPTH)
        return hnn_fail_at(b->errors, HNN_ERR_MODEL, node->place,
                           "lists and mappings are nested more than %d deep; a model needs fewer "
                           "than 12 levels",
                           HNN_DOC_MAX_DEPTH);
    hnn_status status = attach(b, node, event);
    if (status == HNN_OK)
        b->open[b->depth++] = node;
    return status;
}

static int by_key(const void *left, const void *right)
{
    const hnn_pair_node *a = *(hnn_pair_node *const *)left, *b = *(hnn_pair_node *const *)right;
    int order = strcmp(a->key, b->key);
    return order ? order : a < b ? -1 : a > b;
}

/* Every repetition of a key is an error, reported at its own place. */
static hnn_status check_keys(builder *b, const hnn_node *mapping)
{
    hnn_status status = HNN_OK;
    HNN_AUTO_FREE hnn_pair_node **sorted = hnn_alloc(mapping->n, sizeof *sorted);
    for (size_t i = 0; i < mapping->n; i++)
        sorted[i] = &mapping->pairs[i];
    qsort(sorted, mapping->n, sizeof *sorted, by_key);
    for (size_t i = 1; i < mapping->n; i++) {
        if (strcmp(sorted[i]->key, sorted[i - 1]->key) != 0)
            continue;
        status =
            hnn_fail_at(b->errors, HNN_ERR_MODEL, sorted[i]->place,
                        "the key '%s' stands here a second time (before on line %d, column "
                        "%d); keep one of them",
                        sorted[i]->key, sorted[i - 1]->place.line, sorted[i - 1]->place.column);
    }
    return status;
}

static hnn_status on_event(builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->documents++)
            return fail_here(b, event,
                             "a second document begins here; a model is one document, so remove "
                             "the line '---' or split the file");
        return HNN_OK;
    case YAML_ALIAS_EVENT:
        return fail_here(b, event, "aliases (*name) are not supported; write the value again");
    case YAML_SCALAR_EVENT:
        return on_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_start(b, event, hnn_node_sequence(b->arena),
                        event->data.sequence_start.tag || event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
        return on_start(b, event, hnn_node_mapping(b->arena),
                        event->data.mapping_start.tag || event->data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
        b->depth--;
        return HNN_OK;
    case YAML_MAPPING_END_EVENT:
        /* Duplicates are collected, so that all of them are reported; the caller sees them in
         * the error list. */
        b->depth--;
        (void)check_keys(b, b->open[b->depth]);
        return HNN_OK;
    default:
        return HNN_OK;
    }
}

static const char NO_COLON[] = "could not find expected ':'";

/* libyaml's words for the commonest mistakes, and words that help. */
static const char *in_words(const char *problem)
{
    static const char *const words[][2] = {
        {"mapping values are not allowed in this context",
         "a ':' cannot stand here; is the indentation right, and is text with ': ' in quotes?"},
        {"found character that cannot start any token",
         "this character cannot begin a value; indent with spaces, not tabs, and put text that "
         "begins with a special character in quotes"},
        {NO_COLON, "a ':' is missing after this key"},
        {"did not find expected key",
         "a key was expected here; is the indentation the same as on the lines before?"},
        {"did not find expected '-' indicator",
         "a '-' was expected here; is the indentation the same as on the lines before?"},
        {"did not find expected ',' or '}'", "a ',' or '}' is missing here"},
        {"did not find expected ',' or ']'", "a ',' or ']' is missing here"},
        {"did not find expected node content", "a value is missing here"},
        {"found unexpected end of stream", "a closing quote is missing"},
        {"did not find expected <document start>",
         "nothing may follow the value that ended before; is a '{' or the indentation missing?"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(problem, words[i][0]) == 0)
            return words[i][1];
    return problem;
}

static hnn_status report(builder *b, const yaml_parser_t *parser, const hnn_source *source)
{
    if (source->problem[0])
        return hnn_fail_at(b->errors, HNN_ERR_MODEL,
                           (hnn_place){b->name, source->line, source->column}, "%s",
                           source->problem);
    if (parser->error == YAML_MEMORY_ERROR)
        return hnn_fail(b->errors, HNN_ERR_MEMORY, "not enough memory to read %s", b->name);
    const char *words = in_words(parser->problem ? parser->problem : "it cannot be read");
    hnn_place place =
        place_of(b, parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark);
    if (parser->problem && strcmp(parser->problem, NO_COLON) == 0)
        place = place_of(b, parser->context_mark); /* the key, not what follows it */
    bool ended = parser->eof && (place.line > source->line ||
                                 (place.line == source->line && place.column >= source->column));
    if (ended) /* libyaml puts the end onto a line of its own */
        place = (hnn_place){b->name, source->line, source->column};
    char began[64] = "";
    if (parser->context && parser->context_mark.line + 1 != (size_t)place.line)
        snprintf(began, sizeof began, " (what is not complete began on line %zu)",
                 parser->context_mark.line + 1);
    return hnn_fail_at(b->errors, HNN_ERR_MODEL, place, "not valid YAML or JSON: %s%s%s",
                       ended ? "the input ends too early: " : "", words, began);
}

static hnn_status run_parser(builder *b, yaml_parser_t *parser, const hnn_source *source)
{
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return report(b, parser, source);
        hnn_status status = on_event(b, &event);
        bool done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (status != HNN_OK || done)
            return status;
    }
}

static hnn_status parse_source(hnn_arena *arena, const char *name, hnn_source *source,
                               hnn_node **out, hnn_errors *errors)
{
    size_t before = errors->n + errors->dropped;
    builder b = {.arena = arena, .errors = errors, .name = hnn_arena_strdup(arena, name)};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return hnn_fail(errors, HNN_ERR_MEMORY, "not enough memory to read %s", name);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&parser, hnn_source_read, source);
    hnn_status status = run_parser(&b, &parser, source);
    yaml_parser_delete(&parser);
    if (status == HNN_OK && errors->n + errors->dropped > before)
        status = HNN_ERR_MODEL;
    if (status == HNN_OK && !b.root) {
        b.root = hnn_arena_alloc(arena, 1, sizeof *b.root);
        b.root->place = (hnn_place){b.name, 1, 1};
        b.root->text = "";
        b.root->plain = true;
    }
    *out = status == HNN_OK ? b.root : NULL;
    return status;
}

hnn_status hnn_doc_parse(hnn_arena *arena, const char *name, const char *text, size_t bytes,
                         hnn_node **out, hnn_errors *errors)
{
    hnn_source source;
    hnn_source_init(&source, NULL, text, bytes);
    return parse_source(arena, name, &source, out, errors);
}

hnn_status hnn_doc_read(hnn_arena *arena, const char *path, hnn_node **out, hnn_errors *errors)
{
    bool from_stdin = strcmp(path, "-") == 0;
    const char *name = from_stdin ? "standard input" : path;
    FILE *file = from_stdin ? stdin : hnn_doc_open(path, errors);
    if (!file)
        return HNN_ERR_MODEL;
    hnn_source source;
    hnn_source_init(&source, file, NULL, 0);
    hnn_status status = parse_source(arena, name, &source, out, errors);
    if (!from_stdin)
        fclose(file);
    if (status == HNN_OK && source.blank)
        return hnn_fail_at(errors, HNN_ERR_MODEL, (hnn_place){name, 1, 1},
                           "the input is empty; a model begins with 'schema: hnn/1'");
    return status;
}
