/* SPDX-License-Identifier: BSD-3-Clause */
/* Does every bad model get the right message at the right line, while it is read or when its
 * mechanisms are looked up?  Each file of tests/negative begins with lines
 * `# expect: <line> <fragment of the message>`; the errors must be exactly these, in this order.
 * Line 0: the place has no line.                                               */
#include "catalogue/coverage.h"
#include "linked_catalogue.h"
#include "model/load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_LEAST = 100 };

static const char folder[] = HNN_SOURCE_DIR "/tests/negative";

static bool check_error(const char *file, const char *expected, const hnn_errors *errors, size_t i)
{
    char *fragment;
    long line = strtol(expected, &fragment, 10);
    fragment += *fragment == ' ';
    fragment[strcspn(fragment, "\n")] = '\0';
    if (i >= errors->n) {
        print_message("%s: no error %zu: %s\n", file, i, fragment);
        return false;
    }
    HNN_AUTO_FREE char *text = hnn_error_text(&errors->items[i]);
    bool good = errors->items[i].place.line == (int)line && strstr(text, fragment);
    good = good && (line == 0 || errors->items[i].place.column > 0);
    if (!good)
        print_message("expected line %ld: %s\ngot %s\n", line, fragment, text);
    return good;
}

static bool check_file(const char *name)
{
    static const char mark[] = "# expect: ";
    static const hnn_load_options options = {.models_dir = HNN_SOURCE_DIR "/models"};
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", folder, name);
    hnn_errors errors = {0};
    hnn_model *model = NULL;
    hnn_status status = hnn_model_load(path, &options, &model, &errors);
    bool good = (status == HNN_OK) == (model != NULL);
    if (status == HNN_OK)
        status = hnn_coverage_check(model, linked_catalogue(), "this", &errors);
    good = good && status == HNN_ERR_MODEL;
    if (!good)
        print_message("%s: accepted\n", name);
    FILE *file = fopen(path, "r");
    char line[512];
    size_t n = 0;
    while (file && fgets(line, sizeof line, file) && strncmp(line, mark, strlen(mark)) == 0)
        good = check_error(name, line + strlen(mark), &errors, n++) && good;
    fclose(file);
    if (n != errors.n)
        print_message("%s: %zu errors expected, %zu found\n", name, n, errors.n);
    good = good && n == errors.n && n > 0;
    hnn_errors_clear(&errors);
    hnn_model_destroy(model);
    return good;
}

static void bad_models_get_the_right_message(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int n = 0, wrong = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!strstr(entry->d_name, ".yaml") && !strstr(entry->d_name, ".json"))
            continue;
        n++;
        wrong += !check_file(entry->d_name);
    }
    closedir(dir);
    assert_int_equal(wrong, 0);
    assert_true(n >= AT_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bad_models_get_the_right_message)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
