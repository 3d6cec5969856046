/* SPDX-License-Identifier: BSD-3-Clause */
/* Is a network laid out alike for every kernel set: the same states at t = 0, one place for each
 * recorded row?                                                                 */
#include "column.h"

#include "layout/layout.h"
#include "network/timing.h"

static hnn_model *model;
static hnn_network *network;

static layout_network *lay_out(const hnn_kernel_set *set, layout_tables *tables)
{
    hnn_errors errors = {0};
    layout_network *layout = NULL;
    assert_ok(layout_network_create(network, set, tables, &layout, &errors), &errors);
    return layout;
}

static layout_state state_of(const layout_group *group)
{
    hnn_errors errors = {0};
    layout_state state;
    assert_ok(layout_state_create(group, &state, &errors), &errors);
    layout_state_reset(&state);
    return state;
}

/* Groups of one lane are the local cells. */
static void compare_group(const layout_group *group, const layout_groups *cells)
{
    layout_state together = state_of(group);
    for (size_t lane = 0; lane < (size_t)group->n_cells; lane++) {
        const layout_group *cell = &cells->items[group->first_local + lane];
        layout_state alone = state_of(cell);
        assert_int_equal(cell->gids[0], group->gids[lane]);
        assert_int_equal(alone.type->n_vectors, together.type->n_vectors);
        for (size_t i = 0; i < alone.type->n_vectors; i++)
            assert_memory_equal(&alone.memory[i], &together.memory[i * (size_t)group->lanes + lane],
                                sizeof(double));
        layout_state_release(&alone);
    }
    layout_state_release(&together);
}

static void test_states(void **state)
{
    (void)state;
    layout_tables tables = {0};
    layout_network *alone = lay_out(&hnn_kernels_portable, &tables);
    size_t n;
    const hnn_kernel_set *const *sets = hnn_kernel_sets(&n);
    for (size_t i = 0; i < n; i++) {
        if (!hnn_kernel_set_usable(sets[i]))
            continue;
        layout_tables own = {0};
        layout_network *layout = lay_out(sets[i], &own);
        size_t n_cells = 0;
        for (size_t g = 0; g < layout->groups.n; g++) {
            compare_group(&layout->groups.items[g], &alone->groups);
            n_cells += (size_t)layout->groups.items[g].n_cells;
        }
        assert_int_equal(n_cells, network->n_local);
        layout_network_destroy(layout);
        layout_tables_release(&own);
    }
    layout_network_destroy(alone);
    layout_tables_release(&tables);
}

static void test_rows(void **state)
{
    (void)state;
    layout_tables tables = {0};
    const char *why_not;
    layout_network *layout = lay_out(hnn_kernel_set_choose(&why_not), &tables);
    size_t n = layout_rows(layout);
    int *seen = hnn_alloc(n, sizeof *seen);
    for (size_t k = 0; k < layout->groups.n; k++) {
        const layout_group *g = &layout->groups.items[k];
        for (size_t lane = 0; g->type->dipole && lane < (size_t)g->n_cells; lane++)
            seen[g->dipole_row + lane]++;
        for (size_t i = 0; i < g->n_probes; i++)
            seen[g->probes[i].row]++;
        for (size_t i = 0; i < g->n_current_probes; i++)
            seen[g->current_probes[i].row]++;
        for (size_t i = 0; i < g->n_contacts * (size_t)g->n_cells; i++)
            seen[g->potential_row + i]++;
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(layout->groups.n_traces, network->n_traces);
    assert_true(layout->groups.n_dipoles > 0 && layout->groups.n_contacts > 0);
    free(seen);
    layout_network_destroy(layout);
    layout_tables_release(&tables);
}

/* Tables stay as long as they fit. */
static void test_tables(void **state)
{
    (void)state;
    layout_tables tables = {0};
    layout_tables_prepare(&tables, &hnn_kernels_portable, model);
    const layout_mechanism_tables *first = tables.mechanisms;
    layout_tables_prepare(&tables, &hnn_kernels_portable, model);
    assert_ptr_equal(tables.mechanisms, first);
    hnn_model other = *model;
    other.dt = 2 * model->dt;
    layout_tables_prepare(&tables, &hnn_kernels_portable, &other);
    assert_true(layout_mechanism_tables_env(tables.mechanisms)->dt == other.dt);
    layout_tables_release(&tables);
}

static void test_exchange_interval(void **state)
{
    (void)state;
    assert_int_equal(hnn_exchange_interval(1, .025, 1000), 40);
    assert_int_equal(hnn_exchange_interval(.999, .025, 1000), 39);
    assert_int_equal(hnn_exchange_interval(.01, .025, 1000), 1);
    assert_int_equal(hnn_exchange_interval(1, .025, 40), 41); /* never */
    assert_int_equal(hnn_exchange_interval(INFINITY, .025, 1000), 1001);
}

static int set_up(void **state)
{
    (void)state;
    model = column_golden("recordings_3x3");
    model->record.vsec = model->record.isec = model->record.ca = HNN_RECORD_ALL;
    network = column_network(model);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_exchange_interval),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
