#include "model/describe.h"

#include "model/sweep.h"
#include "model/table.h"
#include <stdlib.h>

/* A grid of hundreds is told by its first points and its last. */
enum { MOST_ROWS = 24, FIRST_ROWS = 16, LAST_ROWS = 4, MOST_COLUMNS = 6 };

static void add_point(hnn_table *table, const hnn_sweep *sweep, size_t point)
{
    hnn_table_add(table, "point_%zu", point);
    if (sweep->n_parameters > MOST_COLUMNS) {
        HNN_AUTO_FREE char *text = hnn_sweep_point_text(sweep, point);
        hnn_table_add(table, "%s", text);
        return;
    }
    for (size_t i = 0; i < sweep->n_parameters; i++)
        hnn_table_add(table, "%s", hnn_sweep_value(sweep, point, i));
}

/* Many parameters stand in one column, with their names. */
static char *headings(hnn_arena *arena, const hnn_sweep *sweep)
{
    char *text = "<folder";
    if (sweep->n_parameters > MOST_COLUMNS)
        return "<folder|<values";
    for (size_t i = 0; i < sweep->n_parameters; i++)
        text = hnn_arena_printf(arena, "%s|>%s", text, sweep->parameters[i].path);
    return text;
}

void hnn_describe_sweep(const hnn_model *model, hnn_arena *arena, FILE *file)
{
    const hnn_sweep *sweep = &model->sweep;
    size_t n = hnn_sweep_points(sweep);
    if (n == 0)
        return;
    fprintf(file, "\nSweep (%s), %zu point%s\n", sweep->zip ? "zip" : "grid", n, n == 1 ? "" : "s");
    hnn_table *table = hnn_table_create(arena, headings(arena, sweep));
    size_t first = n > MOST_ROWS ? FIRST_ROWS : n;
    for (size_t point = 0; point < first; point++)
        add_point(table, sweep, point);
    if (first < n) {
        size_t columns = sweep->n_parameters > MOST_COLUMNS ? 1 : sweep->n_parameters;
        for (size_t i = 0; i <= columns; i++)
            hnn_table_add(table, "...");
        for (size_t point = n - LAST_ROWS; point < n; point++)
            add_point(table, sweep, point);
    }
    hnn_table_print(table, file);
}
