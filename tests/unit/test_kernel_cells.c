/* SPDX-License-Identifier: BSD-3-Clause */
/* Do generated kernels compute what NEURON computes from the same file, and the same bits in
 * every kernel set, in every lane?
 *
 * tests/nmodl/reference/<mechanism>.txt are NEURON's numbers (tests/nmodl/make_reference.py):
 * one compartment with the mechanism, a constant current, events.                 */
#include "one_cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

enum { MAX_NUMBERS = 20000 };

typedef struct reference {
    one_cell_run run;
    size_t every, n_rows, width;
    double rows[MAX_NUMBERS];
} reference;

static void read_run(char *line, one_cell_run *run)
{
    *run = (one_cell_run){0};
    strtok(line, " ");
    run->tstop = atof(strtok(NULL, " "));
    for (char *word = strtok(NULL, " "); word; word = strtok(NULL, " ")) {
        double number = atof(strtok(NULL, " "));
        if (strcmp(word, "stim") == 0) {
            run->stimulus = number;
            continue;
        }
        assert_true(run->n_events < ONE_CELL_MAX_EVENTS);
        run->times[run->n_events] = number;
        run->weights[run->n_events++] = atof(strtok(NULL, " "));
    }
}

static void read_reference(const hnn_mechanism_setup *setup, reference *out)
{
    char path[500], line[2000];
    snprintf(path, sizeof path, HNN_SOURCE_DIR "/tests/nmodl/reference/%s.txt", setup->info->name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("there is no %s: run tests/nmodl/make_reference.py", path);
    assert_non_null(fgets(line, sizeof line, file));
    read_run(line, &out->run);
    assert_int_equal(fscanf(file, "every %zu\n", &out->every), 1);
    assert_non_null(fgets(line, sizeof line, file)); /* v and the states */
    out->width = 0;
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"), out->width++)
        if (out->width > 0)
            assert_string_equal(word, setup->info->states[out->width - 1]);
    size_t n = 0;
    while (n < MAX_NUMBERS && fscanf(file, "%lf", &out->rows[n]) == 1)
        n++;
    fclose(file);
    out->n_rows = n / out->width;
}

/* Largest difference of a column, as a part of its largest value. */
static double deviation(const reference *wanted, const double *rows, size_t column)
{
    double most = 0, size = 0;
    for (size_t i = 0; i < wanted->n_rows; i++) {
        size_t k = i * wanted->width + column;
        most = fmax(most, fabs(rows[k] - wanted->rows[k]));
        size = fmax(size, fabs(wanted->rows[k]));
    }
    return size > 0 ? most / size : most;
}

/* NEURON's Newton iteration stops at 1e-8; its difference quotient of the current carries
 * rounding errors, which spikes amplify. */
static double tolerance(const char *mechanism)
{
    if (strcmp(mechanism, "derivimplicit_nonlinear") == 0)
        return 1e-8;
    bool spikes = strcmp(mechanism, "hh") == 0 || strcmp(mechanism, "hh2") == 0;
    return spikes ? 1e-11 : 2e-13;
}

static void kernels_give_neurons_numbers(void **state)
{
    (void)state;
    static reference wanted;
    static double rows[MAX_NUMBERS];
    size_t n_sets;
    const hnn_kernel_set *portable = hnn_kernel_sets(&n_sets)[0];
    for (int i = 0; i < portable->n_kernels; i++) {
        const hnn_mechanism_setup *setup = portable->kernels[i]->setup;
        read_reference(setup, &wanted);
        size_t n = one_cell_simulate(portable, setup->info->name, &wanted.run, false, 0,
                                     wanted.every, rows, MAX_NUMBERS / wanted.width);
        assert_int_equal(n, wanted.n_rows);
        for (size_t column = 0; column < wanted.width; column++) {
            double off = deviation(&wanted, rows, column);
            if (!(off <= tolerance(setup->info->name)))
                fail_msg("%s: %s differs by %.2g", setup->info->name,
                         column ? setup->info->states[column - 1] : "v", off);
        }
    }
}

static void every_set_gives_the_same_bits(void **state)
{
    (void)state;
    static reference wanted;
    static double rows[MAX_NUMBERS], others[MAX_NUMBERS];
    size_t n_sets;
    const hnn_kernel_set *const *sets = hnn_kernel_sets(&n_sets);
    for (int i = 0; i < sets[0]->n_kernels; i++) {
        const hnn_mechanism_setup *setup = sets[0]->kernels[i]->setup;
        read_reference(setup, &wanted);
        size_t max = MAX_NUMBERS / wanted.width;
        size_t n = one_cell_simulate(sets[0], setup->info->name, &wanted.run, false, 0,
                                     wanted.every, rows, max);
        for (size_t k = 0; k < n_sets; k++) {
            if (!hnn_kernel_set_usable(sets[k]))
                continue;
            for (int lane = 0; lane < sets[k]->lanes; lane++) {
                one_cell_simulate(sets[k], setup->info->name, &wanted.run, lane % 2, lane,
                                  wanted.every, others, max);
                if (memcmp(rows, others, n * wanted.width * sizeof *rows) != 0)
                    fail_msg("%s: %s, lane %d gives other bits", setup->info->name, sets[k]->name,
                             lane);
            }
        }
    }
}

/* An event for all lanes at once is what it is for each by itself. */
static void vector_events_equal_single_ones(void **state)
{
    (void)state;
    size_t n_sets;
    const hnn_kernel_set *const *sets = hnn_kernel_sets(&n_sets);
    for (size_t k = 0; k < n_sets; k++) {
        const hnn_kernel *kernel = hnn_kernel_find(sets[k], "Exp2Syn");
        if (!hnn_kernel_set_usable(sets[k]))
            continue;
        assert_non_null(kernel->receive);
        int node = 0, w = sets[k]->lanes;
        double coef[16], together[32], alone[32], weight[16];
        const double param[] = {0.5, 5, 0};
        kernel->setup->prepare(param, &(hnn_kernel_env){37, 0.025, 100, 1}, coef, 1);
        for (int i = 0; i < 2 * w; i++)
            together[i] = alone[i] = 0.1 * i;
        for (int i = 0; i < w; i++)
            weight[i] = i % 3 ? 0.003 * i : 0;
        hnn_kernel_block block = {.n = 1, .node = &node, .coef = coef, .state = together};
        kernel->receive(&block, 0, weight);
        for (int i = 0; i < w; i++) {
            hnn_kernel_sends sends;
            if (weight[i] != 0)
                kernel->setup->receive(alone + i, (size_t)w, coef, 1, &weight[i], 0, 1, &sends);
        }
        assert_memory_equal(together, alone, (size_t)(2 * w) * sizeof *alone);
    }
}

static void sets_are_chosen_by_name(void **state)
{
    (void)state;
    const char *why_not = NULL;
    setenv("HNN_KERNELS", "portable", 1);
    assert_string_equal(hnn_kernel_set_choose(&why_not)->name, "portable");
    setenv("HNN_KERNELS", "mmx", 1);
    assert_null(hnn_kernel_set_choose(&why_not));
    assert_non_null(strstr(why_not, "names no kernel set"));
    unsetenv("HNN_KERNELS");
    assert_true(hnn_kernel_set_usable(hnn_kernel_set_choose(&why_not)));
}

/* The generator's own account of a mechanism. */
static void mechanisms_are_described(void **state)
{
    (void)state;
    size_t n;
    const hnn_kernel_set *set = hnn_kernel_sets(&n)[0];
    const hnn_mechanism_setup *pulses = hnn_kernel_find(set, "synapse_pulses")->setup;
    assert_int_equal(pulses->info->kind, HNN_SYNAPSE);
    assert_true(pulses->linear && pulses->n_sends == 2 && pulses->n_args == 3);
    assert_null(hnn_kernel_find(set, "synapse_pulses")->receive);
    assert_int_equal(pulses->n_states - pulses->info->n_states, 2);
    const hnn_mechanism_setup *tabulated = hnn_kernel_find(set, "table_procedure")->setup;
    assert_int_equal(tabulated->n_tables, 1);
    assert_int_equal(tabulated->tables[0].intervals, 37);
    assert_int_equal(tabulated->tables[0].width, 4);
    assert_string_equal(tabulated->tables[0].columns[1], "mtau");
    assert_false(hnn_kernel_find(set, "nonlinear_current")->setup->linear);
    const hnn_mechanism_setup *ions = hnn_kernel_find(set, "ion_currents")->setup;
    assert_int_equal(ions->info->n_ions, 4);
    assert_true(ions->info->params[0].range);
    assert_null(hnn_kernel_find(set, "no_such_mechanism"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_give_neurons_numbers),
        cmocka_unit_test(every_set_gives_the_same_bits),
        cmocka_unit_test(vector_events_equal_single_ones),
        cmocka_unit_test(sets_are_chosen_by_name),
        cmocka_unit_test(mechanisms_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
