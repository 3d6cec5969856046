/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the NEURON engine's catalogue, made of files at build time, say what the started NEURON
 * says: the same mechanisms, parameters, defaults and states?                    */
#include "../support/folder.h"
#include "column.h"

#include "engine/neuron/shim.h"
#include <unistd.h>

int hoc_oc(const char *);

/* Sections have these without a file: shape, capacity, ions, and what lies outside; and one is
 * pas once more, for NEURON's own tests. */
static bool is_of_sections(const char *name)
{
    static const char *const names[] = {"morphology", "capacitance", "extracellular", "fastpas"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return n > 4 && strcmp(name + n - 4, "_ion") == 0;
}

/* NULL for what no model can use. */
static const hnn_mechanism_info *find(const char *name, const char *kind)
{
    bool membrane = strcmp(kind, "membrane") == 0, synapse = strcmp(kind, "synapse") == 0;
    if (!(membrane || synapse) || is_of_sections(name))
        return NULL;
    const hnn_mechanism_info *info = hnn_catalogue_find(linked_catalogue(), name);
    if (!info)
        fail_msg("NEURON has %s, and the catalogue has not", name);
    assert_int_equal(info->kind, membrane ? HNN_MEMBRANE_MECHANISM : HNN_SYNAPSE);
    return info;
}

/* "gbar_ca" of ca is gbar. */
static void strip_suffix(char *variable, const char *mechanism)
{
    size_t n = strlen(variable), m = strlen(mechanism);
    if (n > m + 1 && variable[n - m - 1] == '_' && strcmp(variable + n - m, mechanism) == 0)
        variable[n - m - 1] = '\0';
}

static bool has_state(const hnn_mechanism_info *info, const char *name)
{
    for (int i = 0; i < info->n_states; i++)
        if (strcmp(info->states[i], name) == 0)
            return true;
    return false;
}

typedef struct seen_counts {
    int mechanisms, params, globals, states;
} seen_counts;

static int count_params(const hnn_mechanism_info *info, bool range)
{
    int n = 0;
    for (int i = 0; i < info->n_params; i++)
        n += info->params[i].range == range;
    return n;
}

/* All that the catalogue has, NEURON has. */
static void assert_complete(const hnn_mechanism_info *info, const seen_counts *seen)
{
    if (!info)
        return;
    if (seen->params != count_params(info, true) || seen->globals != count_params(info, false) ||
        seen->states != info->n_states)
        fail_msg("of %s NEURON has %d parameters, %d for all places, and %d states", info->name,
                 seen->params, seen->globals, seen->states);
}

static void check_variable(const hnn_mechanism_info *info, const char *what, char *name,
                           double value, seen_counts *seen)
{
    strip_suffix(name, info->name);
    const hnn_param_info *param = hnn_mechanism_param(info, name);
    if (strcmp(what, "state") == 0) {
        assert_true(has_state(info, name));
        seen->states++;
        return;
    }
    bool global = strcmp(what, "global") == 0;
    if (!param && global) /* also tables' switches, and ASSIGNEDs */
        return;
    if (!param || param->range == global || param->value != value)
        fail_msg("NEURON's %s of %s is %s, %.17g", name, info->name, what, value);
    *(global ? &seen->globals : &seen->params) += 1;
}

/* Within neuron_try. */
static void list_mechanisms(void *arg)
{
    (void)arg;
    assert_int_equal(hoc_oc("xopen(\"" HNN_SOURCE_DIR "/tests/unit/data/mechanisms.hoc\")\n"), 0);
}

static void test_catalogue_is_neurons(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    char *folder = test_folder_create();
    assert_int_equal(chdir(folder), 0);
    assert_ok(neuron_start(&errors), &errors);
    assert_ok(neuron_try(list_mechanisms, NULL, HNN_ERR_SIMULATION, &errors), &errors);
    FILE *file = fopen("mechanisms.txt", "r");
    assert_non_null(file);
    const hnn_mechanism_info *info = NULL;
    seen_counts of_mechanism = {0};
    int n = 0;
    char what[32], name[128], value[64];
    while (fscanf(file, "%31s %127s %63s", what, name, value) == 3) {
        if (strcmp(what, "mechanism") == 0) {
            assert_complete(info, &of_mechanism);
            of_mechanism = (seen_counts){0};
            info = find(name, value);
            n += info != NULL;
        } else if (info) {
            check_variable(info, what, name, atof(value), &of_mechanism);
        }
    }
    assert_complete(info, &of_mechanism);
    assert_int_equal(n, linked_catalogue()->n);
    fclose(file);
    assert_int_equal(chdir("/"), 0);
    test_folder_destroy(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_catalogue_is_neurons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
