/* SPDX-License-Identifier: BSD-3-Clause */
/* Does a document reader accept what YAML and JSON allow, and refuse the rest with the
 * place and words that help?                                                  */
#include "doc/doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static hnn_node *parse(hnn_arena *arena, const char *text)
{
    hnn_errors errors = {0};
    hnn_node *root = NULL;
    hnn_status status = hnn_doc_parse(arena, "t", text, strlen(text), &root, &errors);
    if (status != HNN_OK)
        print_message("%s: %s\n", text, errors.items[0].message);
    assert_int_equal(status, HNN_OK);
    return root;
}

static void expect_error(const char *text, size_t bytes, int line, int column, const char *fragment)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root = NULL;
    assert_int_equal(hnn_doc_parse(arena, "t", text, bytes, &root, &errors), HNN_ERR_MODEL);
    assert_null(root);
    hnn_arena_destroy(arena);
    hnn_place place = errors.items[0].place;
    if (!strstr(errors.items[0].message, fragment) || place.line != line || place.column != column)
        print_message("%s: got %d:%d %s\n", text, place.line, place.column,
                      errors.items[0].message);
    assert_non_null(strstr(errors.items[0].message, fragment));
    assert_string_equal(errors.items[0].place.file, "t");
    assert_int_equal(errors.items[0].place.line, line);
    assert_int_equal(errors.items[0].place.column, column);
    hnn_errors_clear(&errors);
}

static void places_are_exact(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root = parse(arena, "schema: hnn/1\nnetwork:\n  mesh: [10,\n         3]\n");
    hnn_pair_node *network = hnn_node_pair(root, "network");
    assert_int_equal(network->place.line, 2);
    assert_int_equal(network->place.column, 1);
    hnn_node *mesh = hnn_node_get(network->value, "mesh");
    assert_int_equal(mesh->place.line, 3);
    assert_int_equal(mesh->place.column, 9);
    assert_int_equal(mesh->items[1]->place.line, 4);
    assert_int_equal(mesh->items[1]->place.column, 10);
    hnn_arena_destroy(arena);
}

static void json_is_read(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root = parse(
        arena, "{\"a\":1,\"b\":[true,null,-2.5e-3],\n\t\"c\":{\"d\":\"\\u00b5m \\/\"},\"e\":[]}");
    long long i;
    double d;
    bool flag;
    assert_true(hnn_node_int(hnn_node_get(root, "a"), &i) && i == 1);
    hnn_node *b = hnn_node_get(root, "b");
    assert_true(hnn_node_bool(b->items[0], &flag) && flag);
    assert_true(hnn_node_is_null(b->items[1]));
    assert_true(hnn_node_double(b->items[2], &d) && d == -2.5e-3);
    assert_string_equal(hnn_node_get(hnn_node_get(root, "c"), "d")->text, "\xc2\xb5m /");
    assert_int_equal(hnn_node_get(root, "e")->n, 0);
    hnn_arena_destroy(arena);
}

static void scalars_mean_what_yaml_says(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_double, is_int;
        double value;
    } table[] = {{"1", true, true, 1},
                 {"-0x1F", false, false, 0},
                 {"0x1F", true, true, 31},
                 {"0o17", true, true, 15},
                 {"1.5", true, false, 1.5},
                 {".5", true, false, .5},
                 {"5.", true, true, 5},
                 {"1e3", true, true, 1000},
                 {"+2", true, true, 2},
                 {"1e400", true, false, INFINITY},
                 {".inf", true, false, INFINITY},
                 {"-Infinity", true, false, -INFINITY},
                 {"1_000", false, false, 0},
                 {"1.2.3", false, false, 0},
                 {"e5", false, false, 0},
                 {"1e", false, false, 0},
                 {"\"1\"", false, false, 0},
                 {"12 ms", false, false, 0},
                 {"99999999999999999999", true, false, 1e20},
                 {"0x", false, false, 0},
                 {"_1", false, false, 0}};
    hnn_arena *arena = hnn_arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        hnn_node *node =
            hnn_node_get(parse(arena, hnn_arena_printf(arena, "x: %s", table[i].text)), "x");
        double d = 0;
        long long n = 0;
        assert_int_equal(hnn_node_double(node, &d), table[i].is_double);
        assert_int_equal(hnn_node_int(node, &n), table[i].is_int);
        if (table[i].is_double)
            assert_true(d == table[i].value);
        if (table[i].is_int)
            assert_true((double)n == table[i].value);
    }
    double nan_value = 0;
    assert_true(hnn_node_double(parse(arena, "NaN"), &nan_value) && isnan(nan_value));
    hnn_arena_destroy(arena);
}

static void bad_documents_are_refused_in_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line, column;
        const char *fragment;
    } table[] = {
        {"a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands here a second time (before on line 1, column 1)"},
        {"a: {x: 1, y: 2, x: 3}", 1, 17, "'x' stands here a second time"},
        {"a: 1\n---\nb: 2\n", 2, 1, "a second document begins here"},
        {"a: &x 1\n", 1, 4, "anchors (&name)"},
        {"a: 1\nb: *x\n", 2, 4, "aliases (*name)"},
        {"a: !!str 1\n", 1, 4, "tags (!name)"},
        {"a: !!python/object [1]\n", 1, 4, "tags (!name)"},
        {"? [a, b]\n: 1\n", 1, 3, "a key must be plain text"},
        {"{\"a\": [1, 2", 1, 12, "the input ends too early: a ',' or ']' is missing"},
        {"{\"a\": ", 1, 7, "the input ends too early"},
        {"{\"a\": \"x", 1, 9, "a closing quote is missing"},
        {"a: b: c\n", 1, 5, "a ':' cannot stand here"},
        {"a:\n\tb: 1\n", 2, 1, "indent with spaces, not tabs"},
        {"a:\n  b: 1\n c: 2\n", 3, 2, "indentation"},
        {"a: 1\nb 2\nc: 3\n", 2, 1, "a ':' is missing after this key"},
        {"a: \"\\0\"\n", 1, 4, "character \\0"},
        {"a: \xff\n", 1, 4, "byte 0xFF is not valid UTF-8"},
        {"a: ok\nb: \xc3(\n", 2, 4, "byte 0xC3 is not valid UTF-8"},
        {"a: \xed\xa0\x80\n", 1, 4, "byte 0xED is not valid UTF-8"},
        {"a: \xc3", 1, 4, "ends in the middle of a UTF-8 character"},
        {"a: \x01\n", 1, 4, "control character 0x01"},
        {"[1, 2}", 1, 6, "a ',' or ']' is missing here"},
        {"{\"a\": 1} x", 1, 10, "nothing may follow"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        expect_error(table[i].text, strlen(table[i].text), table[i].line, table[i].column,
                     table[i].fragment);
    }
    expect_error("a: \0b", 6, 1, 4, "control character 0x00");
}

static void all_duplicates_are_told(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root;
    const char *text = "a: 1\nb: {c: 1, c: 2}\na: 2\n";
    assert_int_equal(hnn_doc_parse(arena, "t", text, strlen(text), &root, &errors), HNN_ERR_MODEL);
    assert_int_equal(errors.n, 2);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void deep_nesting_needs_no_memory(void **state)
{
    (void)state;
    char path[] = "/tmp/hnn-test-doc-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    enum { MIB = 1 << 20 };
    char *block = malloc(MIB);
    memset(block, '[', MIB);
    for (int i = 0; i < 100; i++)
        fwrite(block, 1, MIB, file);
    free(block);
    fclose(file);
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root;
    long before = peak_kib();
    assert_int_equal(hnn_doc_read(arena, path, &root, &errors), HNN_ERR_MODEL);
    assert_true(peak_kib() - before < 8 * 1024);
    assert_non_null(strstr(errors.items[0].message, "nested more than 64 deep"));
    assert_int_equal(errors.items[0].place.line, 1);
    unlink(path);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
}

static void unreadable_files_are_errors(void **state)
{
    (void)state;
    static const char *const paths[][2] = {{"/nonexistent/x.yaml", "No such file"},
                                           {"/", "directory"},
                                           {"/dev/null", "the input is empty"}};
    for (size_t i = 0; i < 3; i++) {
        hnn_arena *arena = hnn_arena_create();
        hnn_errors errors = {0};
        hnn_node *root;
        assert_int_equal(hnn_doc_read(arena, paths[i][0], &root, &errors), HNN_ERR_MODEL);
        assert_non_null(strstr(errors.items[0].message, paths[i][1]));
        hnn_errors_clear(&errors);
        hnn_arena_destroy(arena);
    }
}

static void set_by_path(hnn_arena *arena, hnn_node *root, const char *path, const char *text,
                        const char *fragment)
{
    hnn_errors errors = {0};
    hnn_status status = hnn_node_set_path(arena, root, path, text, &errors);
    if (!fragment) {
        assert_int_equal(status, HNN_OK);
        return;
    }
    assert_int_not_equal(status, HNN_OK);
    assert_non_null(strstr(errors.items[0].message, fragment));
    assert_true(strncmp(errors.items[0].place.file, "-s ", 3) == 0);
    hnn_errors_clear(&errors);
}

static void paths_set_values(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root = parse(arena, "a: {b: [1, {c: 2}]}\nn:\ns: text\n");
    set_by_path(arena, root, "a.b.1.c", "3", NULL);
    set_by_path(arena, root, "x.y.z", "[1, 2]", NULL);
    set_by_path(arena, root, "n.k", "{p: q}", NULL);
    set_by_path(arena, root, "a.b.2", "3", "no entry of a list of 2");
    set_by_path(arena, root, "a.b.-1", "3", "no entry of a list");
    set_by_path(arena, root, "s.t", "3", "the value 'text', which has no parts");
    set_by_path(arena, root, "", "3", "no path");
    set_by_path(arena, root, "a..b", "3", "no path");
    set_by_path(arena, root, "a.b", "[1, ", "ends too early");
    char *text = hnn_doc_write_flow(root);
    assert_string_equal(text,
                        "{a: {b: [1, {c: 3}]}, n: {k: {p: q}}, s: text, x: {y: {z: [1, 2]}}}");
    free(text);
    hnn_node *c = hnn_node_get(hnn_node_get(root, "a"), "b")->items[1];
    assert_string_equal(hnn_node_get(c, "c")->place.file, "-s a.b.1.c=3");
    hnn_arena_destroy(arena);
}

static void mappings_merge(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_node *base = parse(arena, "a: {b: 1, c: [1, 2]}\nd: 1\n");
    hnn_node_merge(arena, base, parse(arena, "a: {c: [3], e: 5}\nd: {f: 1}\n"));
    char *text = hnn_doc_write_flow(base);
    assert_string_equal(text, "{a: {b: 1, c: [3], e: 5}, d: {f: 1}}");
    free(text);
    hnn_node_remove(base, "a");
    hnn_node_remove(base, "absent");
    assert_int_equal(base->n, 1);
    hnn_arena_destroy(arena);
}

static bool same(const hnn_node *a, const hnn_node *b)
{
    if (a->kind != b->kind || a->n != b->n)
        return false;
    if (a->kind == HNN_NODE_SCALAR)
        return strcmp(a->text, b->text) == 0;
    for (size_t i = 0; i < a->n; i++) {
        if (a->kind == HNN_NODE_MAPPING && strcmp(a->pairs[i].key, b->pairs[i].key) != 0)
            return false;
        bool mapping = a->kind == HNN_NODE_MAPPING;
        if (!same(mapping ? a->pairs[i].value : a->items[i],
                  mapping ? b->pairs[i].value : b->items[i]))
            return false;
    }
    return true;
}

static void written_text_reads_back(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    hnn_node *root = hnn_node_mapping(arena), *list = hnn_node_sequence(arena);
    static const char *const strings[] = {
        "",  "true", "1.5", "a: b",      "# x",  " lead", "trail ", "q\"\\", "l\nm", "\x01c",
        "-", "~",    "[x]", "\xc2\xb5m", "a, b", "x  y",  "hnn/1",  "yes",   "a#b",  "1e"};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        hnn_node_push(arena, list, hnn_node_string(arena, strings[i]));
    hnn_node_set(arena, root, "strings", list);
    hnn_node *pairs = hnn_node_sequence(arena), *maps = hnn_node_sequence(arena);
    for (int i = 0; i < 300; i++) {
        hnn_node *pair = hnn_node_sequence(arena);
        hnn_node_push(arena, pair, hnn_node_integer(arena, i));
        hnn_node_push(arena, pair, hnn_node_number(arena, 0.1 * i));
        hnn_node_push(arena, pairs, pair);
    }
    hnn_node *long_map = hnn_node_mapping(arena);
    hnn_node_set(arena, long_map, "pairs", pairs);
    hnn_node_set(arena, long_map, "odd: key", hnn_node_boolean(arena, true));
    hnn_node_push(arena, maps, long_map);
    hnn_node_push(arena, maps, hnn_node_clone(arena, long_map));
    hnn_node_set(arena, root, "maps", maps);
    hnn_node_set(arena, root, "empty", hnn_node_mapping(arena));
    char *text = hnn_doc_write(root);
    assert_true(same(root, parse(arena, text)));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 104);
    free(text);
    hnn_arena_destroy(arena);
}

static void numbers_keep_every_digit(void **state)
{
    (void)state;
    hnn_arena *arena = hnn_arena_create();
    static const double values[] = {0.1,  1.0 / 3, 1e22, 5e-324, 1.7976931348623157e308, 100,
                                    -0.5, 0.025,   1e-5, 1307.4, 123456789012345678.0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double back = 0;
        assert_true(hnn_node_double(hnn_node_number(arena, values[i]), &back));
        assert_true(back == values[i]);
    }
    assert_string_equal(hnn_node_number(arena, 100)->text, "100");
    assert_string_equal(hnn_node_number(arena, 0.025)->text, "0.025");
    assert_string_equal(hnn_node_number(arena, -INFINITY)->text, "-.inf");
    hnn_arena_destroy(arena);
}

static void param_files_are_read(void **state)
{
    (void)state;
    char path[] = "/tmp/hnn-test-param-XXXXXX";
    int fd = mkstemp(path);
    static const char text[] = "# comment\ntstop: 170.0\n\n  dt : 0.025 # ms\nname: a b\n";
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root;
    double dt;
    assert_int_equal(hnn_doc_read_param(arena, path, &root, &errors), HNN_OK);
    assert_true(hnn_node_double(hnn_node_get(root, "dt"), &dt) && dt == 0.025);
    assert_string_equal(hnn_node_get(root, "name")->text, "a b");
    static const char more[] = "dt: 1\nno colon\n";
    assert_true(write(fd, more, strlen(more)) == (ssize_t)strlen(more));
    assert_int_equal(hnn_doc_read_param(arena, path, &root, &errors), HNN_ERR_MODEL);
    assert_int_equal(errors.n, 2);
    assert_int_equal(errors.items[0].place.line, 6);
    assert_non_null(strstr(errors.items[1].message, "there is no ':' in 'no colon'"));
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_exact),
        cmocka_unit_test(json_is_read),
        cmocka_unit_test(scalars_mean_what_yaml_says),
        cmocka_unit_test(bad_documents_are_refused_in_place),
        cmocka_unit_test(all_duplicates_are_told),
        cmocka_unit_test(deep_nesting_needs_no_memory),
        cmocka_unit_test(unreadable_files_are_errors),
        cmocka_unit_test(paths_set_values),
        cmocka_unit_test(mappings_merge),
        cmocka_unit_test(written_text_reads_back),
        cmocka_unit_test(numbers_keep_every_digit),
        cmocka_unit_test(param_files_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
