/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: do networks that the CUDA engine runs together compute the same bits as the native
 * engine computes on each alone; and are those that cannot run together left for later?
 *
 * Kernels run on this processor (emulated.c).                                   */
#include "runner.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- points of a sweep ------------------------------------------------------------- */

typedef void change_model(hnn_model *model);

static hnn_mechanism *mechanism_in(hnn_section *section, const char *name)
{
    for (size_t i = 0; i < section->n_mechanisms; i++)
        if (strcmp(section->mechanisms[i].name, name) == 0)
            return &section->mechanisms[i];
    return NULL;
}

static void scale_param(hnn_mechanism *m, const char *name, double factor)
{
    for (size_t i = 0; m && i < m->n_params; i++)
        if (strcmp(m->params[i].name, name) == 0) {
            m->params[i].value *= factor;
            m->params[i].scale *= factor;
            m->params[i].from *= factor;
            m->params[i].to *= factor;
        }
}

static void leave(hnn_model *model)
{
    (void)model;
}

static void change_weights(hnn_model *model)
{
    for (size_t i = 0; i < model->n_connections; i++)
        model->connections[i].weight *= 1.5;
}

static void change_one_weight(hnn_model *model)
{
    model->connections[0].weight *= 3;
}

/* The shortest one becomes shorter, and others longer than any was. */
static void change_delays(hnn_model *model)
{
    for (size_t i = 0; i < model->n_connections; i++)
        model->connections[i].delay *= i % 2 ? .37 : 4.1;
}

/* Other numbers of connections onto the cells. */
static void drop_connections(hnn_model *model)
{
    for (size_t i = 0; i < model->n_connections; i++) {
        model->connections[i].has_pairs = false;
        model->connections[i].probability = .6;
        model->connections[i].conn_seed = 3;
    }
}

/* Other events; make_network gives the drives other times and numbers of spikes, too. */
static void change_drives(hnn_model *model)
{
    for (size_t i = 0; i < model->n_drives; i++)
        model->drives[i].event_seed += 77;
}

static void change_channels(hnn_model *model)
{
    for (size_t t = 0; t < model->n_cell_types; t++)
        for (size_t s = 0; s < model->cell_types[t].n_sections; s++) {
            hnn_section *section = &model->cell_types[t].sections[s];
            scale_param(mechanism_in(section, "hh2"), "gnabar", 1.2);
            scale_param(mechanism_in(section, "ca"), "gbar", .7);
            section->v0 += 1;
        }
}

static void change_synapses(hnn_model *model)
{
    for (size_t t = 0; t < model->n_cell_types; t++)
        for (size_t r = 0; r < model->cell_types[t].n_receptors; r++) {
            scale_param(&model->cell_types[t].receptors[r].mechanism, "tau2", 1.3);
            scale_param(&model->cell_types[t].receptors[r].mechanism, "e", .9);
        }
}

static void add_bias(hnn_model *model, double amplitude, double t0)
{
    hnn_bias *bias = hnn_arena_alloc(model->arena, 1, sizeof *bias);
    *bias = (hnn_bias){.name = "bias",
                       .cell_type = L5_PYRAMIDAL,
                       .section = model->cell_types[L5_PYRAMIDAL].soma,
                       .position = .5,
                       .amplitude = amplitude,
                       .t0 = t0,
                       .tstop = NAN};
    model->biases = bias;
    model->n_biases = 1;
}

static void change_bias(hnn_model *model)
{
    add_bias(model, 1.5, 2);
}

static void change_temperature(hnn_model *model)
{
    model->celsius = 30;
}

/* All cells are above it at t = 0. */
static void change_threshold(hnn_model *model)
{
    for (size_t i = 0; i < model->n_connections; i++)
        model->connections[i].threshold = -200;
    model->threshold = -200;
}

static void change_shape(hnn_model *model)
{
    hnn_section *section = &model->cell_types[L5_PYRAMIDAL].sections[0];
    section->diam *= 1.1;
    section->cm *= .9;
}

static void move_electrode(hnn_model *model)
{
    model->electrodes[0].positions[0][0] += 40;
}

static change_model *const points[] = {
    leave,         change_weights, change_one_weight, change_delays,   drop_connections,
    change_drives, change_bias,    change_channels,   change_synapses, change_temperature,
    change_shape,  move_electrode, change_threshold,
};

static hnn_network *make_network(change_model *change)
{
    static double contacts[][3] = {{20, 30, -100}, {20, 30, 400}};
    static const char *const drives[2][5] = {
        {"drives.evdist1.mu=3", "drives.evprox1.mu=5", "drives.evprox2.mu=7"},
        {"drives.evdist1.mu=5", "drives.evprox1.mu=6", "drives.evprox2.mu=7",
         "drives.evprox1.numspikes=2", "drives.evprox2.numspikes=3"}};
    bool other = change == change_drives;
    hnn_model *model = column_with("recordings_3x3", drives[other], other ? 5 : 3);
    hnn_electrodes *electrodes = hnn_arena_alloc(model->arena, 1, sizeof *electrodes);
    model->tstop = 15;
    model->record.vsec = model->record.isec = model->record.ca = HNN_RECORD_ALL;
    *electrodes = (hnn_electrodes){
        .name = "shank", .conductivity = .3, .min_distance = .5, .n_contacts = COUNT(contacts)};
    electrodes->positions = hnn_arena_alloc(model->arena, 1, sizeof contacts);
    memcpy(electrodes->positions, contacts, sizeof contacts);
    model->electrodes = electrodes;
    model->n_electrodes = 1;
    add_bias(model, .8, 1);
    change(model);
    return column_network(model);
}

static hnn_network **make_networks(change_model *const *changes, size_t n)
{
    hnn_network **networks = hnn_alloc(n, sizeof *networks);
    for (size_t i = 0; i < n; i++)
        networks[i] = make_network(changes[i]);
    return networks;
}

static void destroy_networks(hnn_network **networks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hnn_model *model = (hnn_model *)networks[i]->model;
        hnn_network_destroy(networks[i]);
        hnn_model_destroy(model);
    }
    free(networks);
}

/* ---- trials of points ---------------------------------------------------------------- */

/* Points have 1, 2, 1, ... trials each; those of a point do not stand side by side. */
typedef struct sweep {
    size_t n;
    hnn_network **networks;
    size_t n_trials;
    hnn_engine_trial *trials;
    hnn_trial_events **events;
    outcome *alone; /* what becomes of each trial, its network alone in the native engine */
} sweep;

static void add_trial(sweep *s, size_t point, int trial)
{
    hnn_errors errors = {0};
    hnn_trial_events **events = &s->events[s->n_trials];
    assert_ok(hnn_trial_events_create(s->networks[point], trial, events, &errors), &errors);
    s->trials[s->n_trials++] = (hnn_engine_trial){.network = (int)point, .events = *events};
}

static outcome *run_alone(const sweep *s, const runner *r)
{
    outcome *alone = hnn_alloc(s->n_trials, sizeof *alone);
    for (size_t p = 0; p < s->n; p++) {
        assert_int_equal(build(r, s->networks + p, 1), 1);
        for (size_t i = 0; i < s->n_trials; i++) {
            hnn_engine_trial trial = {.events = s->events[i]};
            if (s->trials[i].network != (int)p)
                continue;
            alone[i] = make_outcome(s->networks[p]);
            run(r, &trial, 1, &alone[i]);
        }
    }
    return alone;
}

static sweep make_sweep(change_model *const *changes, size_t n)
{
    sweep s = {.n = n, .networks = make_networks(changes, n)};
    s.trials = hnn_alloc(2 * n, sizeof *s.trials);
    s.events = hnn_alloc(2 * n, sizeof *s.events);
    for (int trial = 0; trial < 2; trial++)
        for (size_t p = 0; p < n; p++)
            if (trial <= (int)(p % 2))
                add_trial(&s, p, trial);
    runner native = open_native();
    s.alone = run_alone(&s, &native);
    close_runner(&native);
    return s;
}

static void free_sweep(sweep *s)
{
    for (size_t i = 0; i < s->n_trials; i++) {
        free_outcome(&s->alone[i]);
        hnn_trial_events_destroy(s->events[i]);
    }
    destroy_networks(s->networks, s->n);
    free(s->alone);
    free(s->trials);
    free(s->events);
}

/* Trials of points first .. first + n - 1, which were built, as one batch. */
static void check_points(const sweep *s, const runner *r, size_t first, size_t n)
{
    hnn_engine_trial *trials = hnn_alloc(s->n_trials, sizeof *trials);
    outcome *together = hnn_alloc(s->n_trials, sizeof *together);
    size_t *of = hnn_alloc(s->n_trials, sizeof *of), found = 0;
    for (size_t i = 0; i < s->n_trials; i++) {
        size_t point = (size_t)s->trials[i].network;
        if (point < first || point >= first + n)
            continue;
        trials[found] = (hnn_engine_trial){.network = (int)(point - first), .events = s->events[i]};
        together[found] = make_outcome(s->networks[point]);
        of[found++] = i;
    }
    size_t most = (size_t)r->api->max_batch(r->engine);
    for (size_t at = 0; at < found; at += most)
        run(r, trials + at, found - at < most ? found - at : most, together + at);
    for (size_t k = 0; k < found; k++) {
        assert_same_outcome(&s->alone[of[k]], &together[k]);
        free_outcome(&together[k]);
    }
    free(trials);
    free(together);
    free(of);
}

static void set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

/* ---- tests ------------------------------------------------------------------------------ */

/* Points differ, else nothing is shown by them. */
static void test_points_differ(void **state)
{
    const sweep *s = *state;
    for (size_t p = 1; p < s->n; p++)
        assert_memory_not_equal(s->alone[p].values, s->alone[0].values,
                                s->alone[0].n_rows * s->alone[0].samples * sizeof(double));
    assert_true(s->alone[0].n_spikes > 5);
}

static void test_all_points_together(void **state)
{
    const sweep *s = *state;
    static const char *const orders[] = {"0", "1", "2"};
    for (size_t i = 0; i < COUNT(orders); i++) {
        set("HNN_CUDATEST_ORDER", orders[i]);
        runner cuda = open_cuda();
        assert_int_equal(build(&cuda, s->networks, s->n), (int)s->n);
        check_points(s, &cuda, 0, s->n);
        close_runner(&cuda);
    }
    set("HNN_CUDATEST_ORDER", NULL);
}

/* Also in mixed precision, which the native engine does not have, points run as if alone. */
static void test_mixed_precision(void **state)
{
    const sweep *s = *state;
    runner cuda = open_runner("tests/cuda/lib/hnn-run", "cuda", true);
    sweep mixed = *s;
    mixed.alone = run_alone(s, &cuda);
    assert_int_equal(build(&cuda, s->networks, s->n), (int)s->n);
    check_points(&mixed, &cuda, 0, s->n);
    close_runner(&cuda);
    for (size_t i = 0; i < s->n_trials; i++) {
        const outcome *o = &mixed.alone[i];
        assert_memory_not_equal(o->values, s->alone[i].values,
                                o->n_rows * o->samples * sizeof(double));
        free_outcome(&mixed.alone[i]);
    }
    free(mixed.alone);
}

/* Events without room are found synapse by synapse, and cells worked on where they lie. */
static void test_little_on_chip(void **state)
{
    const sweep *s = *state;
    set("HNN_CUDATEST_EVENTS", "1");
    set("HNN_CUDATEST_SHARED", "8000");
    runner cuda = open_cuda();
    assert_int_equal(build(&cuda, s->networks, s->n), (int)s->n);
    check_points(s, &cuda, 0, s->n);
    close_runner(&cuda);
    set("HNN_CUDATEST_EVENTS", NULL);
    set("HNN_CUDATEST_SHARED", NULL);
}

/* As many as there is memory for; the rest in the next build, of the same engine. */
static void test_little_memory(void **state)
{
    const sweep *s = *state;
    set("HNN_CUDATEST_MEMORY", "8000000");
    runner cuda = open_cuda();
    size_t builds = 0;
    for (size_t first = 0; first < s->n; builds++) {
        int taken = build(&cuda, s->networks + first, s->n - first);
        assert_true(taken > 0);
        check_points(s, &cuda, first, (size_t)taken);
        first += (size_t)taken;
    }
    assert_in_range(builds, 2, s->n / 2);
    close_runner(&cuda);
    set("HNN_CUDATEST_MEMORY", NULL);
}

/* What is equal lies in memory once. */
static void test_equal_points(void **state)
{
    const sweep *s = *state;
    hnn_network *same[20];
    set("HNN_CUDATEST_MEMORY", "60000000");
    runner cuda = open_cuda();
    assert_int_equal(build(&cuda, s->networks, 1), 1);
    int alone = cuda.api->max_batch(cuda.engine);
    for (size_t i = 0; i < COUNT(same); i++)
        same[i] = s->networks[0];
    assert_int_equal(build(&cuda, same, COUNT(same)), COUNT(same));
    assert_in_range(cuda.api->max_batch(cuda.engine), alone * 9 / 10, alone);
    close_runner(&cuda);
    set("HNN_CUDATEST_MEMORY", NULL);
}

static void test_wrong_network(void **state)
{
    const sweep *s = *state;
    hnn_errors errors = {0};
    runner cuda = open_cuda();
    assert_int_equal(build(&cuda, s->networks, 2), 2);
    static const int wrong[] = {-1, 2};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        hnn_engine_trial trial = {.network = wrong[i], .events = s->events[0]};
        assert_int_equal(cuda.api->start(cuda.engine, &trial, 1, &errors), HNN_ERR_SIMULATION);
    }
    assert_int_equal(errors.n, 2);
    hnn_errors_clear(&errors);
    /* one that asks for no number gets the first */
    assert_ok(
        cuda.api->build(cuda.engine, (const hnn_network *const *)s->networks, 3, NULL, &errors),
        &errors);
    check_points(s, &cuda, 0, 1);
    close_runner(&cuda);
}

/* ---- synapses that send themselves events ---------------------------------------------------- */

static void keep(hnn_model *model)
{
    for (size_t t = 0; t < model->n_cell_types; t++) {
        int gabab = hnn_cell_type_receptor(&model->cell_types[t], "gabab");
        if (gabab >= 0)
            model->cell_types[t].receptors[gabab].mechanism =
                (hnn_mechanism){.name = "gabab_destexhe"};
    }
}

static void keep_and_change_weights(hnn_model *model)
{
    keep(model);
    change_weights(model);
}

static void keep_and_change_delays(hnn_model *model)
{
    keep(model);
    change_delays(model);
}

static void keep_fewer(hnn_model *model)
{
    keep(model);
    drop_connections(model);
}

/* Those that keep something for other numbers of connections do not run together. */
static void test_events_of_synapses(void **state)
{
    (void)state;
    static change_model *const changes[] = {keep, keep_and_change_weights, keep_and_change_delays,
                                            keep_fewer, leave};
    sweep s = make_sweep(changes, COUNT(changes));
    runner cuda = open_cuda();
    assert_int_equal(build(&cuda, s.networks, s.n), 3);
    check_points(&s, &cuda, 0, 3);
    assert_int_equal(build(&cuda, s.networks + 3, 2), 1);
    check_points(&s, &cuda, 3, 1);
    close_runner(&cuda);
    free_sweep(&s);
}

/* ---- other shapes ------------------------------------------------------------------------- */

static void other_end(hnn_model *model)
{
    model->tstop = 14;
}

static void other_step(hnn_model *model)
{
    model->dt = .0125;
    model->tstop = 7.5;
}

static void other_recordings(hnn_model *model)
{
    model->record.isec = HNN_RECORD_SOMA;
}

static void fewer_contacts(hnn_model *model)
{
    model->electrodes[0].n_contacts--;
}

static void other_dipoles(hnn_model *model)
{
    model->cell_types[L2_PYRAMIDAL].measure_dipole = false;
}

static void other_mechanisms(hnn_model *model)
{
    model->cell_types[L2_BASKET].sections[0].n_mechanisms--;
}

static void longer_section(hnn_model *model)
{
    hnn_cell_type *type = &model->cell_types[L5_PYRAMIDAL];
    hnn_section *section = &type->sections[type->n_sections - 1];
    section->L *= 5;
}

static void unknown_mechanism(hnn_model *model)
{
    model->cell_types[L2_BASKET].receptors[0].mechanism.name = "nowhere";
}

static void test_other_shapes(void **state)
{
    (void)state;
    static change_model *const others[] = {
        other_end,     other_step,       other_recordings, fewer_contacts,
        other_dipoles, other_mechanisms, longer_section,   unknown_mechanism,
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        change_model *const changes[] = {leave, change_weights, others[i], leave};
        hnn_network **networks = make_networks(changes, COUNT(changes));
        runner cuda = open_cuda();
        assert_int_equal(build(&cuda, networks, 4), 2);
        if (others[i] != unknown_mechanism)
            assert_int_equal(build(&cuda, networks + 2, 2), 1);
        assert_int_equal(build(&cuda, networks + 3, 1), 1);
        close_runner(&cuda);
        destroy_networks(networks, COUNT(changes));
    }
}

static void test_gpus_that_are_fast_in_double_precision(void **state)
{
    (void)state;
    static const char *const fast[] = {"NVIDIA H200", "Tesla V100-SXM2-16GB", "NVIDIA GH200 480GB",
                                       "NVIDIA GH100 [H100 PCIe]", "NVIDIA A30"};
    static const char *const slow[] = {"NVIDIA GeForce RTX 4090",
                                       "NVIDIA A40",
                                       "NVIDIA device 2335",
                                       "Tesla T4",
                                       "NVIDIA RTX A3000",
                                       "NVIDIA GeForce 8H200",
                                       ""};
    hnn_registry registry;
    hnn_registry_read(HNN_BINARY_DIR "/tests/cuda/lib/hnn-run", &registry);
    const hnn_engine_about *cuda = &hnn_registry_find(&registry, "cuda")->about;
    assert_true(cuda->speed(NULL, false) > 0);
    for (size_t i = 0; i < COUNT(fast); i++) {
        assert_null(cuda->doubt(fast[i], false));
        assert_true(cuda->speed(fast[i], false) > cuda->speed(NULL, false));
    }
    for (size_t i = 0; i < COUNT(slow); i++) {
        assert_string_equal(cuda->doubt(slow[i], false),
                            "not known to be fast in double precision");
        assert_null(cuda->doubt(slow[i], true)); /* only slow doubles speak against a GPU */
    }
    hnn_registry_free(&registry);
}

static int make_state(void **state)
{
    sweep *s = hnn_alloc(1, sizeof *s);
    *s = make_sweep(points, COUNT(points));
    *state = s;
    return 0;
}

static int free_state(void **state)
{
    free_sweep(*state);
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_differ),
        cmocka_unit_test(test_all_points_together),
        cmocka_unit_test(test_little_on_chip),
        cmocka_unit_test(test_little_memory),
        cmocka_unit_test(test_equal_points),
        cmocka_unit_test(test_wrong_network),
        cmocka_unit_test(test_other_shapes),
        cmocka_unit_test(test_events_of_synapses),
        cmocka_unit_test(test_mixed_precision),
        cmocka_unit_test(test_gpus_that_are_fast_in_double_precision),
    };
    return cmocka_run_group_tests(tests, make_state, free_state);
}
