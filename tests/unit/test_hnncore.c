/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the reader of hnn-core's network JSON take every file hnn-core writes, and say what is
 * wrong with others?                                                          */
#include "same_model.h"

/* ---- reading ------------------------------------------------------------------- */

typedef struct input {
    hnn_arena *arena;
    hnn_node *root;
    hnn_errors errors;
    hnn_model *model;
    hnn_status status;
    bool imported;
} input;

static void open_golden(input *in, const char *name)
{
    *in = (input){.arena = hnn_arena_create()};
    HNN_AUTO_FREE char *path = hnn_printf("%s/tests/golden/%s/network.json", HNN_SOURCE_DIR, name);
    assert_int_equal(hnn_doc_read(in->arena, path, &in->root, &in->errors), HNN_OK);
}

static void read_input(input *in)
{
    hnn_names warnings = {0};
    in->status = hnn_import(in->arena, &in->root, &in->imported, &warnings, &in->errors);
    if (in->status == HNN_OK)
        in->status = hnn_model_from_doc(in->root, "net.json", NULL, &in->model, &in->errors);
}

static void close_input(input *in)
{
    hnn_model_destroy(in->model);
    hnn_errors_clear(&in->errors);
    hnn_arena_destroy(in->arena);
}

static void read_golden(input *in, const char *name)
{
    open_golden(in, name);
    read_input(in);
    assert_true(in->imported);
    for (size_t i = 0; i < in->errors.n; i++)
        print_error("%s\n", in->errors.items[i].message);
    assert_int_equal(in->status, HNN_OK);
}

/* ---- golden files ---------------------------------------------------------------- */

static void test_evoked_cells(void **state)
{
    (void)state;
    input in;
    read_golden(&in, "evoked");
    const hnn_model *model = in.model;
    assert_string_equal(model->name, "net");
    assert_int_equal(model->n_cell_types, 4);
    static const char *const names[] = {"L2_basket", "L2_pyramidal", "L5_basket", "L5_pyramidal"};
    static const size_t counts[] = {35, 100, 35, 100};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(model->cell_types[i].name, names[i]);
        assert_int_equal(model->cell_types[i].n_cells, counts[i]);
        assert_string_equal(model->cell_types[i].grid, i % 2 ? "pyramidal" : "basket");
    }
    const hnn_cell_type *type = &model->cell_types[3];
    assert_true(type->measure_dipole);
    assert_string_equal(type->electro_type, "excitatory");
    assert_string_equal(type->layer, "5");
    static const char *const order[] = {"soma",           "basal_1",  "apical_trunk",
                                        "basal_2",        "basal_3",  "apical_1",
                                        "apical_oblique", "apical_2", "apical_tuft"};
    static const int parents[] = {-1, 0, 0, 1, 1, 2, 2, 5, 7};
    assert_int_equal(type->n_sections, 9);
    for (int i = 0; i < 9; i++) {
        assert_string_equal(type->sections[i].name, order[i]);
        assert_int_equal(type->sections[i].parent, parents[i]);
    }
    assert_true(type->sections[1].parent_x == 0 && type->sections[2].parent_x == 1);
    assert_int_equal(type->soma, 0);
    assert_int_equal(type->n_groups, 2);
    const hnn_section *tuft = &type->sections[8];
    assert_true(tuft->L == 425 && tuft->v0 == -67.3 && tuft->points[1][2] == 1926);
    assert_int_equal(tuft->n_mechanisms, 7);
    const hnn_param *gbar = &tuft->mechanisms[6].params[0];
    assert_string_equal(tuft->mechanisms[6].name, "ar");
    assert_string_equal(gbar->name, "gbar");
    assert_int_equal(gbar->profile, HNN_PROFILE_SEGMENTS);
    assert_int_equal(gbar->n, 9);
    assert_true(gbar->values[0] == 9.691490576523929e-05);
    assert_true(model->origin[0] == 4 && model->origin[2] == 653);
    close_input(&in);
}

/* Everything hnn-core wrote follows from rules: no pairs need to be kept. */
static void check_by_rule(const hnn_model *model, size_t n_connections, size_t n_drives)
{
    assert_int_equal(model->n_connections, n_connections);
    assert_int_equal(model->n_drives, n_drives);
    for (size_t i = 0; i < model->n_connections; i++) {
        assert_false(model->connections[i].has_pairs);
        assert_true(model->connections[i].source_type >= 0);
    }
    for (size_t i = 0; i < model->n_drives; i++)
        assert_false(model->drives[i].connections_listed);
}

static void test_golden_files_follow_rules(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n_drives;
    } cases[] = {
        {"evoked", 3}, {"alpha", 2}, {"gamma", 1}, {"recordings_3x3", 3}, {"default_legacy", 7}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        input in;
        read_golden(&in, cases[i].name);
        check_by_rule(in.model, 16, cases[i].n_drives);
        close_input(&in);
    }
}

static void test_drives(void **state)
{
    (void)state;
    input in;
    read_golden(&in, "alpha");
    const hnn_drive *drive = &in.model->drives[0];
    assert_string_equal(drive->name, "alpha_prox");
    assert_string_equal(drive->kind->name, "bursty");
    assert_true(drive_number(in.model, drive, "tstart") == 50);
    assert_true(isnan(drive_number(in.model, drive, "tstop")));
    assert_true(drive_number(in.model, drive, "burst_rate") == 10);
    assert_true(drive->space_constant == 100 && drive->n_drive_cells == 10);
    assert_int_equal(drive->event_seed, 284);
    assert_int_equal(drive->n_targets, 2);
    assert_true(drive_weight(drive, 1, "ampa") == 5.4e-5 && drive->targets[1].delay == 1);
    assert_true(isnan(drive_weight(drive, 1, "nmda")));
    close_input(&in);

    read_golden(&in, "gamma");
    drive = &in.model->drives[0];
    assert_string_equal(drive->kind->name, "poisson");
    assert_true(drive->cell_specific && drive->n_drive_cells == 200);
    assert_true(drive->targets[0].rate == 140 && drive->targets[1].rate == 40);
    close_input(&in);
}

static void test_legacy_targets_every_type(void **state)
{
    (void)state;
    input in;
    read_golden(&in, "default_legacy");
    assert_true(in.model->legacy_mode);
    const hnn_drive *drive = &in.model->drives[2];
    assert_string_equal(drive->name, "evdist1");
    assert_int_equal(drive->n_targets, 4);
    assert_int_equal(hnn_drive_count_weights(drive, &drive->targets[2]), 0);
    assert_true(drive->targets[2].delay == 0.1);
    close_input(&in);
}

static void test_electrodes(void **state)
{
    (void)state;
    input in;
    read_golden(&in, "recordings_3x3");
    assert_int_equal(in.model->mesh[0], 3);
    assert_int_equal(in.model->n_electrodes, 2);
    assert_int_equal(in.model->electrodes[0].method, HNN_ELECTRODE_PSA);
    assert_int_equal(in.model->electrodes[1].method, HNN_ELECTRODE_LSA);
    assert_int_equal(in.model->electrodes[1].n_contacts, 11);
    assert_true(in.model->electrodes[1].positions[0][1] == -10);
    assert_true(in.model->electrodes[1].min_distance == 1);
    close_input(&in);
}

/* ---- what files may hold beside that ------------------------------------------------ */

static hnn_node *parse(input *in, const char *text)
{
    hnn_node *node;
    assert_int_equal(hnn_doc_parse(in->arena, "x", text, strlen(text), &node, &in->errors), HNN_OK);
    return node;
}

static void set(input *in, const char *path, const char *value)
{
    assert_int_equal(hnn_node_set_path(in->arena, in->root, path, value, &in->errors), HNN_OK);
}

static hnn_node *at(const input *in, const char *a, const char *b)
{
    hnn_node *node = hnn_node_get(in->root, a);
    return b ? hnn_node_get(node, b) : node;
}

/* Files from before cell_metadata hold the cell itself, and no v0. */
static void test_older_layout(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "evoked");
    hnn_node *types = at(&in, "cell_types", NULL);
    for (size_t i = 0; i < types->n; i++) {
        hnn_node *cell = hnn_node_get(types->pairs[i].value, "cell_object");
        hnn_node *sections = hnn_node_get(cell, "sections");
        hnn_node *synapses = hnn_node_get(cell, "synapses");
        for (size_t k = 0; k < sections->n; k++)
            hnn_node_remove(sections->pairs[k].value, "v0");
        for (size_t k = 0; k < synapses->n; k++)
            hnn_node_remove(synapses->pairs[k].value, "mechname");
        types->pairs[i].value = cell;
    }
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    const hnn_cell_type *type = &in.model->cell_types[1];
    assert_string_equal(type->morpho_type, "pyramidal");
    assert_string_equal(type->layer, "2");
    assert_true(type->measure_dipole);
    assert_true(type->sections[0].v0 == -65);
    assert_string_equal(type->receptors[0].mechanism.name, "Exp2Syn");
    close_input(&in);
}

static void test_pairs_are_kept(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "recordings_3x3");
    /* L2_basket -> L2_pyramidal: only two pairs left */
    hnn_node_set(in.arena, at(&in, "connectivity", NULL)->items[4], "gid_pairs",
                 parse(&in, "{\"2\": [5, 4]}"));
    hnn_node_set(in.arena, at(&in, "connectivity", NULL)->items[4], "probability",
                 hnn_node_number(in.arena, 0.1));
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    const hnn_connection *c = &in.model->connections[4];
    assert_true(c->has_pairs);
    assert_int_equal(c->n_pairs, 2);
    assert_true(c->pairs[0].source == 2 && c->pairs[0].target == 4 && c->pairs[1].target == 5);
    assert_true(c->probability == 1); /* not pruned again */
    close_input(&in);
}

static void test_drive_with_own_connections(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "recordings_3x3");
    set(&in, "connectivity.17.nc_dict.A_weight", "0.5"); /* evdist1 -> L2_basket nmda */
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    assert_true(in.model->drives[0].connections_listed);
    assert_false(in.model->drives[1].connections_listed);
    assert_int_equal(in.model->n_connections, 16 + 6);
    assert_true(in.model->connections[16].has_pairs);
    assert_int_equal(in.model->connections[16].source_drive, 0);
    assert_true(in.model->connections[17].weight == 0.5);
    close_input(&in);
}

/* A removed drive leaves a gap in the gids; the others move up. */
static void test_gap_in_gids(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "recordings_3x3");
    hnn_node_remove(at(&in, "external_drives", NULL), "evdist1");
    hnn_node *connections = at(&in, "connectivity", NULL);
    for (size_t i = 16; i + 6 < connections->n; i++)
        connections->items[i] = connections->items[i + 6];
    connections->n -= 6;
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    check_by_rule(in.model, 16, 2);
    close_input(&in);
}

static void test_spread_mesh(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "recordings_3x3");
    hnn_node *positions = at(&in, "pos_dict", NULL);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < positions->pairs[i].value->n; k++) {
            hnn_node **point = positions->pairs[i].value->items[k]->items;
            for (int axis = 0; axis < 2; axis++) {
                double x;
                assert_true(hnn_node_double(point[axis], &x));
                point[axis] = hnn_node_number(in.arena, 30.1 * x);
            }
        }
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    assert_true(in.model->inplane_distance == 30.1);
    for (size_t i = 0; i < 4; i++)
        assert_non_null(in.model->cell_types[i].grid);
    close_input(&in);
}

static void test_own_positions(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "recordings_3x3");
    set(&in, "pos_dict.L2_pyramidal.3.0", "7.5");
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    assert_null(in.model->cell_types[1].grid);
    assert_true(in.model->cell_types[1].positions[3][0] == 7.5);
    assert_non_null(in.model->cell_types[3].grid);
    close_input(&in);
}

static void test_biases_and_trains(void **state)
{
    (void)state;
    input in;
    open_golden(&in, "recordings_3x3");
    set(&in, "external_biases.tonic.L5_pyramidal",
        "{amplitude: 6.0, t0: 5, tstop: null, section: apical_1}");
    set(&in, "external_drives.evdist1",
        "{type: spike_train, location: distal, n_drive_cells: 21, event_seed: 0, conn_seed: null,"
        " dynamics: {times: [5, 3, 4], gids: [20, 20, 0]}, weights_ampa: {L2_basket: 1},"
        " weights_nmda: null, synaptic_delays: 0.1, probability: 1.0, cell_specific: false}");
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    const hnn_bias *bias = in.model->biases;
    assert_int_equal(in.model->n_biases, 1);
    assert_true(bias->cell_type == 3 && bias->amplitude == 6 && bias->t0 == 5);
    assert_true(isnan(bias->tstop));
    assert_string_equal(in.model->cell_types[3].sections[bias->section].name, "apical_1");
    const hnn_drive *drive = &in.model->drives[0];
    hnn_arena *arena = hnn_arena_create();
    HNN_AUTO_FREE char *times = hnn_doc_write_flow(drive_params(arena, in.model, drive));
    assert_int_equal(drive->n_drive_cells, 21);
    assert_non_null(strstr(times, "times: [[4], [], "));
    assert_non_null(strstr(times, ", [], [3, 5]]"));
    hnn_arena_destroy(arena);
    assert_true(drive->connections_listed);
    close_input(&in);
}

/* ---- wrong files ----------------------------------------------------------------------- */

typedef struct fault {
    const char *path, *value; /* what is set in recordings_3x3 */
    const char *message;      /* part of what must be said */
} fault;

static const fault faults[] = {
    {"object_type", "CellResponse", "object_type must be Network, not 'CellResponse'"},
    {"N_pyr_x", "0", "N_pyr_x must be from 1"},
    {"N_pyr_y", "null", "N_pyr_y must not be null"},
    {"celsius", "hot", "celsius must be a number, not 'hot'"},
    {"threshold", ".nan", "threshold must be a finite number"},
    {"legacy_mode", "perhaps", "legacy_mode must be true or false, not 'perhaps'"},
    {"cell_types", "[]", "cell_types must be a mapping, not a list"},
    {"cell_types", "{}", "cell_types is empty"},
    {"cell_types.extra", "{}", "cell type extra has no entry in gid_ranges"},
    {"cell_types.L2_basket", "7", "cell type L2_basket must be a mapping"},
    {"cell_types.L2_basket.cell_object.sections", "{}", "goes round in a circle"},
    {"cell_types.L2_basket.cell_object.sections.axon", "{L: 1}", "hangs on no other section"},
    {"cell_types.L2_basket.cell_object.sections.soma.L", "long", "L must be a number"},
    {"cell_types.L2_basket.cell_object.sections.soma.diam", "null", "diam must not be null"},
    {"cell_types.L2_basket.cell_object.sections.soma.end_pts", "[[0, 0, 0]]", "at least 2 points"},
    {"cell_types.L2_basket.cell_object.sections.soma.end_pts.1", "[0, 1]", "list of three numbers"},
    {"cell_types.L2_basket.cell_object.sections.soma.syns", "[ampa, kainate]",
     "there is no receptor 'kainate'"},
    {"cell_types.L2_basket.cell_object.sections.soma.mechs", "[hh2]", "mechs must be a mapping"},
    {"cell_types.L2_basket.cell_object.sections.soma.mechs.hh2", "on",
     "mechanism hh2 must be a mapping"},
    {"cell_types.L2_basket.cell_object.sections.soma.mechs.hh2.gkbar_hh2", "[[0.5], [1, 2]]",
     "two lists of equal length"},
    {"cell_types.L2_basket.cell_object.synapses.ampa", "3", "synapse ampa must be a mapping"},
    {"cell_types.L2_basket.cell_object.synapses.ampa.tau1", "fast",
     "tau1 must be a number, not 'fast'"},
    {"cell_types.L2_basket.cell_object.sect_loc.proximal", "[dendrite]",
     "there is no section 'dendrite'"},
    {"cell_types.L5_pyramidal.cell_object.cell_tree.apical_tuft,1", "[\"soma,0\"]",
     "goes round in a circle"},
    {"cell_types.L5_pyramidal.cell_object.cell_tree.soma,2", "[\"basal_1,0\"]",
     "must be a section and its end"},
    {"cell_types.L5_pyramidal.cell_object.cell_tree.axon,1", "[\"basal_1,0\"]",
     "names the section axon"},
    {"cell_types.L5_pyramidal.cell_object.cell_tree.apical_1,0", "[\"basal_1,0\"]",
     "has 2 parents"},
    {"cell_types.L5_pyramidal.cell_object.cell_tree", "null", "hangs on no other section"},
    {"gid_ranges.L2_basket.stop", "9", "overlaps L2_basket"},
    {"gid_ranges.L2_basket.stop", "-1", "stop must be from 0"},
    {"gid_ranges.L2_basket.start", "3.5", "start must be a whole number, not '3.5'"},
    {"gid_ranges.evprox1", "{start: 60, stop: 50}", "stops at 50, before its start 60"},
    {"gid_ranges.evprox1", "5", "must be a mapping with start and stop"},
    {"pos_dict.L2_basket", "[[0, 0, 0]]", "1 positions for L2_basket"},
    {"pos_dict.L2_basket.1", "[0, 0]", "list of three numbers"},
    {"pos_dict.L2_basket", "null", "L2_basket must not be null"},
    {"external_drives.evprox1.type", "ramp", "not 'ramp'"},
    {"external_drives.evprox1.dynamics", "null", "dynamics must not be null"},
    {"external_drives.evprox1.dynamics.sigma", "wide", "sigma must be a number"},
    {"external_drives.evprox1.dynamics.numspikes", "1.5", "numspikes must be a whole number"},
    {"external_drives.evprox1.n_drive_cells", "7", "n_drive_cells is 7"},
    {"external_drives.evprox1.weights_ampa.L4_stellate", "1", "no cell type 'L4_stellate'"},
    {"external_drives.evprox1.weights_ampa", "{L2_basket: 1}", "one drive cell for each"},
    {"external_drives.evprox1.synaptic_delays", "{L2_basket: 1}",
     "synaptic_delays has no number for the target L2_pyramidal"},
    {"external_drives.extra", "{}", "drive extra has no entry in gid_ranges"},
    {"connectivity.0", "[]", "a connection must be a mapping"},
    {"connectivity.0.src_type", "L7_cell", "src_type is L7_cell"},
    {"connectivity.0.target_type", "evprox1", "which is no cell type"},
    {"connectivity.0.loc", "tuft", "have no location 'tuft'"},
    {"connectivity.0.receptor", "glycine", "no receptor 'glycine'"},
    {"connectivity.0.nc_dict", "null", "nc_dict must not be null"},
    {"connectivity.0.nc_dict.A_weight", "null", "A_weight must not be null"},
    {"connectivity.0.gid_pairs", "{\"0\": [4]}", "gid 0 is no cell of L2_pyramidal"},
    {"connectivity.0.gid_pairs", "{\"x\": [4]}", "'x' in gid_pairs must be a gid"},
    {"connectivity.0.gid_pairs", "{\"3\": [99]}", "gid 99 is no cell of L2_pyramidal"},
    {"connectivity.0.gid_pairs", "{\"3\": [4.5]}", "a gid must be a whole number"},
    {"connectivity.0.gid_pairs", "{\"3\": 4}", "must be a list"},
    {"external_biases", "[1]", "external_biases must be a mapping"},
    {"external_biases.tonic", "5", "must be a mapping of cell types"},
    {"external_biases.tonic.L5_pyramidal", "5", "must be a mapping with amplitude"},
    {"external_biases.tonic.L5_pyramidal", "{t0: 1}", "amplitude is missing"},
    {"external_biases.tonic.L7_cell", "{amplitude: 1}", "cell type 'L7_cell'"},
    {"external_biases.tonic.L5_pyramidal", "{amplitude: 1, section: axon}", "section 'axon'"},
    {"rec_arrays.psa.method", "csd", "must be one of psa, lsa, not 'csd'"},
    {"rec_arrays.psa.positions", "null", "positions must not be null"},
    {"rec_arrays.psa", "1", "must be a mapping with positions"},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        input in;
        open_golden(&in, "recordings_3x3");
        set(&in, faults[i].path, faults[i].value);
        read_input(&in);
        if (in.status != HNN_ERR_MODEL || !strstr(in.errors.items[0].message, faults[i].message))
            fail_msg("%s = %s: %s", faults[i].path, faults[i].value,
                     in.errors.n ? in.errors.items[0].message : "no error");
        assert_null(in.model);
        close_input(&in);
    }
}

static void test_places_and_contexts(void **state)
{
    (void)state;
    static const char text[] = "{\"object_type\": \"Network\", \"N_pyr_x\": 1, \"N_pyr_y\": 1,\n"
                               " \"gid_ranges\": {\"A\": {\"start\": 0, \"stop\": 1}},\n"
                               " \"external_drives\": {}, \"pos_dict\": {\"A\": [[0, 0, 0]]},\n"
                               " \"connectivity\": [],\n"
                               " \"cell_types\": {\"A\": {\"synapses\": {}, \"sect_loc\": {},\n"
                               "   \"sections\": {\"soma\": {\"L\": \"x\", \"mechs\": {},\n"
                               "     \"syns\": []}}}}}\n";
    input in = {.arena = hnn_arena_create()};
    in.root = parse(&in, text);
    read_input(&in);
    assert_int_equal(in.status, HNN_ERR_MODEL);
    assert_int_equal(in.errors.n, 5); /* L, diam, cm, Ra, end_pts */
    HNN_AUTO_FREE char *first = hnn_error_text(&in.errors.items[0]);
    assert_string_equal(first, "x:6:31: error: cell type A: L must be a number, not 'x'");
    close_input(&in);
}

/* What hnn/1 refuses is reported where it stands in the file. */
static void test_places_are_carried_over(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *error;
    } cases[] = {
        {"\"diam\": 2", "\"diam\": -2",
         "x:8:13: error: cell type 'A': section 'soma': diam must be a number above 0 and up to "
         "10000 um, not '-2'"},
        {"\"gkbar_hh2\"", "\"/\"",
         "x:10:23: error: cell type 'A': section 'soma': mechanism 'hh2': the name '/' of this "
         "parameter contains a space, a '/' or a control character; use letters, digits, '_' and "
         "'-'"},
        {"\"A_weight\": 1", "\"A_weight\": -1",
         "x:15:17: error: connection: weight must be a number from 0 to 1e+06 uS, not '-1'"},
        {"\"lamtha\": 3", "\"lamtha\": 0",
         "x:15:44: error: connection: lamtha must be a number above 0 and up to 1e+09 in-plane "
         "distances, not '0'"},
        {"\"celsius\": 37", "\"celsius\": 99",
         "x:2:12: error: celsius must be a number from 0 to 60 degrees Celsius, not '99'"},
    };
    static const char text[] =
        "{\"object_type\": \"Network\", \"N_pyr_x\": 1, \"N_pyr_y\": 1,\n"
        "\"celsius\": 37, \"gid_ranges\": {\"A\": {\"start\": 0, \"stop\": 1}},\n"
        "\"external_drives\": {}, \"pos_dict\": {\"A\": [[0, 0, 0]]},\n"
        "\"cell_types\": {\"A\": {\"sect_loc\": {},\n"
        "  \"synapses\": {\"ampa\": {\"e\": 0, \"tau1\": 0.5, \"tau2\": 5}},\n"
        "  \"sections\": {\"soma\": {\n"
        "    \"L\": 10,\n"
        "    \"diam\": 2,\n"
        "    \"cm\": 1, \"Ra\": 100, \"end_pts\": [[0, 0, 0], [0, 0, 10]],\n"
        "    \"mechs\": {\"hh2\": {\"gkbar_hh2\": 0.01}}, \"syns\": [\"ampa\"]}}}},\n"
        "\"connectivity\": [\n"
        "  {\"src_type\": \"A\", \"target_type\": \"A\",\n"
        "   \"loc\": \"soma\", \"receptor\": \"ampa\",\n"
        "   \"nc_dict\": {\n"
        "    \"A_weight\": 1, \"A_delay\": 1, \"lamtha\": 3},\n"
        "   \"gid_pairs\": {\"0\": [0]}}]}\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = strstr(text, cases[i].from);
        assert_non_null(at);
        HNN_AUTO_FREE char *wrong =
            hnn_printf("%.*s%s%s", (int)(at - text), text, cases[i].to, at + strlen(cases[i].from));
        input in = {.arena = hnn_arena_create()};
        in.root = parse(&in, wrong);
        read_input(&in);
        assert_int_equal(in.errors.n, 1);
        HNN_AUTO_FREE char *error = hnn_error_text(&in.errors.items[0]);
        assert_string_equal(error, cases[i].error);
        close_input(&in);
    }
    input in = {.arena = hnn_arena_create()};
    in.root = parse(&in, text);
    read_input(&in);
    assert_int_equal(in.status, HNN_OK);
    close_input(&in);
}

static void test_not_a_network(void **state)
{
    (void)state;
    static const char *const texts[] = {"[1, 2]", "{schema: hnn/1}", "{title: 3}", "text"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        input in = {.arena = hnn_arena_create()};
        in.root = parse(&in, texts[i]);
        read_input(&in);
        assert_false(in.imported);
        assert_int_equal(in.status, HNN_ERR_MODEL);
        close_input(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evoked_cells),
        cmocka_unit_test(test_golden_files_follow_rules),
        cmocka_unit_test(test_drives),
        cmocka_unit_test(test_legacy_targets_every_type),
        cmocka_unit_test(test_electrodes),
        cmocka_unit_test(test_older_layout),
        cmocka_unit_test(test_pairs_are_kept),
        cmocka_unit_test(test_drive_with_own_connections),
        cmocka_unit_test(test_gap_in_gids),
        cmocka_unit_test(test_spread_mesh),
        cmocka_unit_test(test_own_positions),
        cmocka_unit_test(test_biases_and_trains),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_places_and_contexts),
        cmocka_unit_test(test_places_are_carried_over),
        cmocka_unit_test(test_not_a_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
