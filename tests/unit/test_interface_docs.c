/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: do the manual page and the shell completions know every option, command and output? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/record.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const documents[] = {
    "docs/hnn-run.1",
    "packaging/completions/hnn-run.bash",
    "packaging/completions/_hnn-run",
    "packaging/completions/hnn-run.fish",
};
enum { DOCUMENTS = sizeof documents / sizeof *documents };

/* A file of the repository, without backslashes: the manual page writes \-\-. */
static char *read_plain(const char *name)
{
    HNN_AUTO_FREE char *path = hnn_printf("%s/%s", HNN_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("no %s", path);
    char *text = hnn_alloc(1 << 20, 1);
    size_t n = 0;
    for (int c; (c = fgetc(file)) != EOF && n < (1 << 20) - 1;)
        if (c != '\\')
            text[n++] = (char)c;
    fclose(file);
    return text;
}

static bool of_word(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* `before` and the word, which ends there and, if nothing is before it, begins there */
static bool has_word(const char *text, const char *before, const char *word)
{
    HNN_AUTO_FREE char *wanted = hnn_printf("%s%s", before, word);
    size_t n = strlen(wanted);
    for (const char *at = text; (at = strstr(at, wanted)); at += n)
        if (!of_word(at[n]) && (*before || at == text || !of_word(at[-1])))
            return true;
    return false;
}

/* Every quoted word that follows `mark` in a source file is asked for in all documents; fish
 * writes an option as `-l name`.                                              */
static void expect_all(const char *source, const char *mark, const char *before, size_t at_least)
{
    HNN_AUTO_FREE char *text = read_plain(source);
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, mark)); n++) {
        at += strlen(mark);
        char name[64] = "";
        sscanf(at, "%63[a-z-]", name);
        for (size_t d = 0; d < DOCUMENTS; d++) {
            HNN_AUTO_FREE char *document = read_plain(documents[d]);
            bool fish = strstr(documents[d], ".fish") && *before;
            if (!has_word(document, fish ? "-l " : before, name))
                fail_msg("%s does not know %s%s", documents[d], before, name);
        }
    }
    assert_true(n >= at_least);
}

static void options_are_documented(void **state)
{
    (void)state;
    expect_all("runtime/cli/options.c", "\n    {\"", "--", 15);
}

static void commands_are_documented(void **state)
{
    (void)state;
    expect_all("runtime/cli/main.c", "&cli_command_", "", 9);
}

static void outputs_are_documented(void **state)
{
    (void)state;
    HNN_AUTO_FREE char *keys = read_plain("docs/model.md");
    for (int key = 0; key < HNN_RECORD_KEYS; key++) {
        const char *name = hnn_record_rows[key].name;
        if (!has_word(keys, "| `", name))
            fail_msg("docs/model.md does not know %s", name);
        for (size_t d = 0; d < DOCUMENTS; d++) {
            HNN_AUTO_FREE char *document = read_plain(documents[d]);
            if (!has_word(document, "", name))
                fail_msg("%s does not know %s", documents[d], name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_documented),
        cmocka_unit_test(commands_are_documented),
        cmocka_unit_test(outputs_are_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
