/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 16, GAP = 2, INDENT = 2 };

struct hnn_table {
    hnn_arena *arena;
    size_t n_columns;
    bool right[MAX_COLUMNS];
    int width[MAX_COLUMNS];
    const char *headings[MAX_COLUMNS];
    size_t n, capacity;
    const char **cells; /* row by row */
};

/* Characters, not bytes: a UTF-8 character's later bytes take no column. */
static int text_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

hnn_table *hnn_table_create(hnn_arena *arena, const char *headings)
{
    hnn_table *table = hnn_arena_alloc(arena, 1, sizeof *table);
    table->arena = arena;
    char *rest = hnn_arena_strdup(arena, headings);
    for (char *heading; table->n_columns < MAX_COLUMNS && (heading = strsep(&rest, "|"));) {
        size_t i = table->n_columns++;
        table->right[i] = heading[0] == '>';
        table->headings[i] = heading + 1;
        table->width[i] = text_width(heading + 1);
    }
    return table;
}

void hnn_table_add(hnn_table *table, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    HNN_AUTO_FREE char *text = NULL;
    bool good = vasprintf(&text, fmt, args) >= 0;
    va_end(args);
    if (table->n == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 64;
        const char **cells = hnn_arena_alloc(table->arena, capacity, sizeof *cells);
        if (table->n)
            memcpy(cells, table->cells, table->n * sizeof *cells);
        table->cells = cells;
        table->capacity = capacity;
    }
    const char *cell = hnn_arena_strdup(table->arena, good ? text : "");
    if (!good)
        text = NULL; /* vasprintf leaves it undefined */
    size_t column = table->n % table->n_columns;
    int width = text_width(cell);
    if (width > table->width[column])
        table->width[column] = width;
    table->cells[table->n++] = cell;
}

/* The text, broken at blanks; lines after the first begin at column `start`. */
static void print_wrapped(const char *text, int start, FILE *file)
{
    int column = start;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column > start && column + 1 + (int)word > HNN_TABLE_WIDTH) {
            fprintf(file, "\n%*s", start, "");
            column = start;
        }
        if (column > start) {
            fputc(' ', file);
            column++;
        }
        fwrite(text, 1, word, file);
        column += (int)word;
        text += word;
        text += strspn(text, " ");
    }
}

static void print_row(const hnn_table *table, const char *const *cells, FILE *file)
{
    fprintf(file, "%*s", INDENT, "");
    int column = INDENT;
    for (size_t i = 0; i < table->n_columns; i++) {
        int blank = table->width[i] - text_width(cells[i]);
        bool last = i + 1 == table->n_columns;
        if (table->right[i])
            fprintf(file, "%*s", blank, "");
        if (last && !table->right[i])
            print_wrapped(cells[i], column, file);
        else
            fputs(cells[i], file);
        if (!last)
            fprintf(file, "%*s", GAP + (table->right[i] ? 0 : blank), "");
        column += table->width[i] + GAP;
    }
    fputc('\n', file);
}

void hnn_table_print(const hnn_table *table, FILE *file)
{
    if (table->n < table->n_columns)
        return;
    print_row(table, table->headings, file);
    for (size_t i = 0; i + table->n_columns <= table->n; i += table->n_columns)
        print_row(table, table->cells + i, file);
}

const char *hnn_table_stop(hnn_arena *arena, double tstop)
{
    return isnan(tstop) ? "the end" : hnn_arena_printf(arena, "%g ms", tstop);
}
