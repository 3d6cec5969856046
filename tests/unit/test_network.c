/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the network hold the reference's connections, wherever it is cut into parts?  And is
 * what cannot be connected refused?                                            */
#include "column.h"
#include "fingerprint.h"

static const hnn_part WHOLE = {0, 1};

static void test_default_column(void **state)
{
    (void)state;
    hnn_model *model = column_golden("evoked");
    hnn_network *network = column_network(model);
    assert_int_equal(network->n_cells, 270);
    assert_int_equal(network->n_gids, 1045);
    assert_int_equal(network->n_connections_total, 191025);
    assert_int_equal(network->input_start[network->n_local], 191025);
    assert_true(network->min_delay == 1);
    size_t late = 0;
    uint64_t bits = FINGERPRINT_START;
    for (size_t i = 0; i < network->n_connections_total; i++) {
        const hnn_synapse_input *input = &network->inputs[i];
        late += input->delay > 170;
        bits = fingerprint(bits, &input->weight, sizeof input->weight);
        bits = fingerprint(bits, &input->delay, sizeof input->delay);
    }
    assert_int_equal(late, 47361);
    assert_int_equal(bits, 0x7bdb7195d127ed42u); /* on every machine */
    assert_string_equal(hnn_network_gid_type(network, 0), "L2_basket");
    assert_string_equal(hnn_network_gid_type(network, 269), "L5_pyramidal");
    assert_string_equal(hnn_network_gid_type(network, 270), "evdist1");
    assert_string_equal(hnn_network_gid_type(network, 504), "evdist1");
    assert_string_equal(hnn_network_gid_type(network, 1044), "evprox2");
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

static void check_sorted(const hnn_network *network)
{
    for (size_t l = 0; l < network->n_local; l++)
        for (size_t i = network->input_start[l] + 1; i < network->input_start[l + 1]; i++) {
            const hnn_synapse_input *a = &network->inputs[i - 1], *b = &network->inputs[i];
            assert_true(a->synapse <= b->synapse);
            if (a->synapse == b->synapse) {
                assert_true(a->rule <= b->rule);
                if (a->rule == b->rule)
                    assert_true(a->source < b->source);
            }
        }
}

/* ---- against the reference ------------------------------------------------------------ */

static bool near(double value, double expected)
{
    /* One rounding of exp() apart at most: the reference's is the C library's of one machine. */
    return fabs(value - expected) <= 3e-16 * fabs(expected);
}

/* The input from source to a synapse of a (local) cell; fails unless there is just one. */
static const hnn_synapse_input *find_input(const hnn_network *network, int source, int target,
                                           int section, int receptor)
{
    const hnn_synapses *synapses = &network->synapses[network->cells[target].type];
    const hnn_synapse_input *found = NULL;
    for (size_t i = network->input_start[target]; i < network->input_start[target + 1]; i++) {
        const hnn_synapse_input *input = &network->inputs[i];
        const hnn_synapse *synapse = &synapses->items[input->synapse];
        if (input->source != source || synapse->section != section || synapse->receptor != receptor)
            continue;
        assert_null(found);
        found = input;
    }
    assert_non_null(found);
    return found;
}

/* Every pair of one of the fixture's connections; returns the number of single ones. */
static size_t check_connection(const hnn_network *network, const json_t *expected)
{
    const char *target = json_string_value(json_object_get(expected, "target"));
    const char *location = json_string_value(json_object_get(expected, "location"));
    const hnn_cell_type *type =
        &network->model->cell_types[hnn_model_cell_type(network->model, target)];
    int receptor =
        hnn_cell_type_receptor(type, json_string_value(json_object_get(expected, "receptor")));
    int section = hnn_cell_type_section(type, location), n = 1;
    const int *sections = &section;
    for (size_t g = 0; g < type->n_groups; g++)
        if (strcmp(type->groups[g].name, location) == 0) {
            sections = type->groups[g].sections;
            n = (int)type->groups[g].n_sections;
        }
    json_t *pairs = json_object_get(expected, "pairs"), *pair;
    size_t i;
    json_array_foreach(pairs, i, pair) for (int s = 0; s < n; s++)
    {
        const hnn_synapse_input *input = find_input(
            network, (int)fixture_item(pair, 0), (int)fixture_item(pair, 1), sections[s], receptor);
        assert_true(near(input->weight, fixture_item(pair, 2)));
        assert_true(near(input->delay, fixture_item(pair, 3)));
    }
    return json_array_size(pairs) * (size_t)n;
}

static void test_drives_pruning_and_distance(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json"), *expected, *range;
    hnn_model *model = column_2x2(fixture);
    hnn_network *network = column_network(model);
    const char *name;
    json_object_foreach(json_object_get(fixture, "gid_ranges"), name, range)
    {
        assert_string_equal(hnn_network_gid_type(network, (int)fixture_item(range, 0)), name);
        assert_string_equal(hnn_network_gid_type(network, (int)fixture_item(range, 1) - 1), name);
    }
    size_t n = 0, c;
    json_array_foreach(json_object_get(fixture, "connections"), c, expected) n +=
        check_connection(network, expected);
    assert_int_equal(n, network->n_connections_total);
    check_sorted(network);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

/* ---- parts ------------------------------------------------------------------------------ */

static void check_same(const hnn_synapse_input *a, const hnn_synapse_input *b)
{
    assert_int_equal(a->source, b->source);
    assert_int_equal(a->synapse, b->synapse);
    assert_int_equal(a->rule, b->rule);
    assert_true(a->weight == b->weight && a->delay == b->delay);
}

static void check_parts(const hnn_model *model, const hnn_network *whole, int n_parts)
{
    size_t cells = 0;
    for (int part = 0; part < n_parts; part++) {
        hnn_errors errors = {0};
        hnn_network *network = NULL;
        assert_int_equal(hnn_network_create(model, linked_catalogue(), (hnn_part){part, n_parts},
                                            &network, &errors),
                         HNN_OK);
        assert_true(network->min_delay == whole->min_delay);
        assert_int_equal(network->n_connections_total, whole->n_connections_total);
        assert_int_equal(network->n_traces, whole->n_traces);
        assert_memory_equal(network->threshold, whole->threshold,
                            whole->n_cells * sizeof *whole->threshold);
        cells += network->n_local;
        for (size_t l = 0; l < network->n_local; l++) {
            int gid = network->local[l];
            assert_int_equal(gid % n_parts, part);
            size_t n = network->input_start[l + 1] - network->input_start[l];
            assert_int_equal(n, whole->input_start[gid + 1] - whole->input_start[gid]);
            for (size_t i = 0; i < n; i++)
                check_same(&network->inputs[network->input_start[l] + i],
                           &whole->inputs[whole->input_start[gid] + i]);
        }
        hnn_network_destroy(network);
    }
    assert_int_equal(cells, whole->n_cells);
}

static void test_parts_make_the_whole(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    hnn_network *whole = column_network(model);
    static const int counts[] = {1, 2, 3, 5, 12, 40};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_parts(model, whole, counts[i]);
    hnn_network_destroy(whole);
    hnn_model_destroy(model);
    json_decref(fixture);
}

/* ---- details of rules -------------------------------------------------------------------- */

/* The 2 x 2 column with only its first connection, all to all. */
static hnn_model *one_connection(json_t *fixture)
{
    hnn_model *model = column_2x2(fixture);
    model->n_connections = 1;
    model->connections[0].probability = 1;
    model->n_drives = 0;
    return model;
}

static void test_gains(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = one_connection(fixture);
    model->gains = (hnn_gains){.e_e = .5, .e_i = 7, .i_e = 7, .i_i = 7};
    model->connections[0].gain = 3;
    hnn_network *network = column_network(model);
    /* The first cells of both types stand above one another. */
    assert_int_equal(network->inputs[0].source, network->first_gid_of_type[L2_PYRAMIDAL]);
    assert_true(network->inputs[0].weight == .001 * 1.5);
    assert_true(network->inputs[0].delay == 1);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

static void test_thresholds(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = one_connection(fixture);
    model->threshold = -1;
    model->connections[0].threshold = 5;
    hnn_network *network = column_network(model);
    for (size_t gid = 0; gid < network->n_cells; gid++)
        assert_true(network->threshold[gid] == (network->cells[gid].type == L2_PYRAMIDAL ? 5 : -1));
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

static void test_listed_pairs(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = one_connection(fixture);
    hnn_pair pairs[] = {{5, 9}, {2, 9}, {3, 8}};
    hnn_connection *connection = &model->connections[0];
    connection->has_pairs = true;
    connection->pairs = pairs;
    connection->n_pairs = 3;
    connection->probability = .1; /* pairs are what is left */
    hnn_network *network = column_network(model);
    assert_int_equal(network->n_connections_total, 3);
    check_sorted(network);
    assert_int_equal(network->inputs[0].source, 3);
    assert_int_equal(network->inputs[1].source, 2);
    assert_int_equal(network->inputs[2].source, 5);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

static void test_nothing_connected(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = one_connection(fixture);
    model->connections[0].probability = 0;
    hnn_network *network = column_network(model);
    assert_int_equal(network->n_connections_total, 0);
    assert_true(isinf(network->min_delay));
    hnn_network_destroy(network);
    hnn_model_destroy(model);
    json_decref(fixture);
}

static void expect_error(const hnn_model *model, const char *text)
{
    hnn_errors errors = {0};
    hnn_network *network = NULL;
    assert_int_equal(hnn_network_create(model, linked_catalogue(), WHOLE, &network, &errors),
                     HNN_ERR_MODEL);
    assert_null(network);
    if (!strstr(errors.items[0].message, text))
        fail_msg("expected '%s' in: %s", text, errors.items[0].message);
    hnn_errors_clear(&errors);
}

static void test_what_cannot_be_connected(void **state)
{
    (void)state;
    json_t *fixture = fixture_json("unit/data/drives_2x2.json");
    hnn_model *model = column_2x2(fixture);
    hnn_connection *connection = &model->connections[0];
    connection->location = "apical_tooth";
    expect_error(model, "at 'apical_tooth', which is neither a section nor a group");
    connection->location = "soma";
    expect_error(model, "section 'soma' has no synapse of that receptor");
    connection->location = "apical_tuft";
    connection->conn_seed = -3;
    expect_error(model, "conn_seed of the connections from 'L2_pyramidal' is -3");
    connection->conn_seed = 3;
    hnn_pair pair = {8, 2};
    connection->has_pairs = true;
    connection->pairs = &pair;
    connection->n_pairs = 1;
    expect_error(model, "the pair 8, 2 is none of this connection");
    connection->has_pairs = false;
    model->drives[0].n_drive_cells = 5;
    expect_error(model, "drive 'evoked' has 5 drive cells but more target cells");
    hnn_model_destroy(model);
    json_decref(fixture);
}

/* Is there an input from the source to a synapse of this receptor in this cell? */
static bool reaches(const hnn_network *network, int source, int target, const char *receptor)
{
    int type = network->cells[target].type;
    for (size_t i = network->input_start[target]; i < network->input_start[target + 1]; i++) {
        const hnn_synapse_input *input = &network->inputs[i];
        int index = network->synapses[type].items[input->synapse].receptor;
        if (input->source == source &&
            strcmp(network->model->cell_types[type].receptors[index].name, receptor) == 0)
            return true;
    }
    return false;
}

/* Pruning keeps the same pairs for all receptors of a drive, whatever their number. */
static void test_receptors_keep_the_same_pairs(void **state)
{
    (void)state;
    static const char *const overrides[] = {
        "network.connections=[]",
        "drives={e: {type: evoked, location: proximal, mu: 1, sigma: 0, numspikes: 1,"
        " weights_gabaa: {L2_pyramidal: 0.1, L5_pyramidal: 0.2},"
        " weights_nmda: {L5_pyramidal: 0.3}, weights_ampa: {L2_pyramidal: 0.4},"
        " weights_gabab: {L2_pyramidal: 0.5}, probability: 0.5, cell_specific: false,"
        " n_drive_cells: 4}}"};
    hnn_model *model = column_with("recordings_3x3", overrides, 2);
    static const char *const order[] = {"ampa", "nmda", "gabaa", "gabab"};
    assert_int_equal(model->drives[0].n_receptors, 4);
    for (size_t r = 0; r < 4; r++)
        assert_string_equal(model->drives[0].receptors[r], order[r]);
    hnn_network *network = column_network(model);
    int kept = 0, all = 0;
    for (int target = 0; target < (int)network->n_cells; target++)
        for (int source = (int)network->n_cells; source < (int)network->n_gids; source++) {
            int type = network->cells[target].type;
            bool ampa = reaches(network, source, target, "ampa");
            bool nmda = reaches(network, source, target, "nmda");
            bool gabaa = reaches(network, source, target, "gabaa");
            bool gabab = reaches(network, source, target, "gabab");
            assert_true(gabab == ampa && gabaa == (ampa || nmda) && !(ampa && nmda));
            assert_true(!ampa || type == L2_PYRAMIDAL);
            assert_true(!nmda || type == L5_PYRAMIDAL);
            all += type == L2_PYRAMIDAL || type == L5_PYRAMIDAL;
            kept += gabaa;
        }
    assert_int_equal(all, 2 * 9 * 4);
    assert_int_equal(kept, all / 2);
    hnn_network_destroy(network);
    hnn_model_destroy(model);
}

/* ---- traces and memory --------------------------------------------------------------------- */

static void count_traces(const hnn_model *model, size_t vsec, size_t isec, size_t ca)
{
    hnn_network *network = column_network(model);
    size_t counts[3] = {0};
    for (size_t i = 0; i < network->n_traces; i++) {
        const hnn_trace *trace = &network->traces[i];
        counts[trace->kind]++;
        assert_int_equal(trace->synapse >= 0, trace->kind == HNN_TRACE_ISEC);
        if (i == 0 || network->traces[i - 1].kind != trace->kind)
            continue;
        const hnn_trace *before = trace - 1;
        assert_true(before->gid < trace->gid ||
                    (before->gid == trace->gid && before->section <= trace->section));
    }
    assert_int_equal(counts[HNN_TRACE_VSEC], vsec);
    assert_int_equal(counts[HNN_TRACE_ISEC], isec);
    assert_int_equal(counts[HNN_TRACE_CA], ca);
    hnn_network_destroy(network);
}

/* As many as in the golden recordings. */
static void test_traces(void **state)
{
    (void)state;
    hnn_model *model = column_golden("recordings_3x3");
    model->record =
        (hnn_record){.vsec = HNN_RECORD_ALL, .isec = HNN_RECORD_ALL, .ca = HNN_RECORD_ALL};
    count_traces(model, 159, 594, 81);
    model->record =
        (hnn_record){.vsec = HNN_RECORD_SOMA, .isec = HNN_RECORD_SOMA, .ca = HNN_RECORD_SOMA};
    count_traces(model, 24, 54, 9);
    model->record = (hnn_record){.dipole = true};
    count_traces(model, 0, 0, 0);
    hnn_model_destroy(model);
}

static void test_memory_estimate(void **state)
{
    (void)state;
    hnn_model *model = column_golden("evoked");
    double one = hnn_network_estimate_bytes(model, 1), four = hnn_network_estimate_bytes(model, 4);
    assert_true(one > 1e8 && one < 2.5e8);
    assert_true(four > 6e7 && four < one);
    model->record.vsec = HNN_RECORD_ALL;
    assert_true(hnn_network_estimate_bytes(model, 1) > one + 1700 * 6801 * 8);
    /* The estimate looks at numbers of cells only. */
    for (size_t t = 0; t < model->n_cell_types; t++)
        model->cell_types[t].n_cells = 100000000;
    for (size_t c = 0; c < model->n_connections; c++)
        model->connections[c].has_pairs = false;
    assert_true(hnn_network_estimate_bytes(model, 1) > 1e18);
    hnn_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_column),
        cmocka_unit_test(test_drives_pruning_and_distance),
        cmocka_unit_test(test_parts_make_the_whole),
        cmocka_unit_test(test_gains),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_listed_pairs),
        cmocka_unit_test(test_nothing_connected),
        cmocka_unit_test(test_what_cannot_be_connected),
        cmocka_unit_test(test_receptors_keep_the_same_pairs),
        cmocka_unit_test(test_traces),
        cmocka_unit_test(test_memory_estimate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
