/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures in JSON files, plain or compressed, for tests that compare with the reference. */
#ifndef HNN_TEST_FIXTURE_H
#define HNN_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <zlib.h>

/* path is relative to the tests folder. */
static inline json_t *fixture_json(const char *path)
{
    char full[4096];
    snprintf(full, sizeof full, "%s/tests/%s", HNN_SOURCE_DIR, path);
    gzFile file = gzopen(full, "rb");
    if (!file)
        fail_msg("cannot open %s", full);
    size_t n = 0, capacity = 1 << 16;
    char *text = malloc(capacity);
    for (int got; (got = gzread(file, text + n, (unsigned)(capacity - n))) > 0;) {
        n += (size_t)got;
        if (n == capacity)
            text = realloc(text, capacity *= 2);
    }
    gzclose(file);
    json_error_t error;
    json_t *json = json_loadb(text, n, 0, &error);
    free(text);
    if (!json)
        fail_msg("%s: %s", full, error.text);
    return json;
}

static inline double fixture_number(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static inline double fixture_item(const json_t *array, size_t i)
{
    json_t *value = json_array_get(array, i);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static inline void fixture_point(const json_t *array, double out[3])
{
    for (size_t k = 0; k < 3; k++)
        out[k] = fixture_item(array, k);
}

#endif
