/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: does the table of outputs agree with itself, and do estimates agree with what is
 * written?                                                                     */
#include "results_folder.h"

#include "record/outputs/outputs.h"
#include <sys/stat.h>

enum { LONG = 40001 };

static hnn_record nothing(void)
{
    return (hnn_record){.of = {HNN_RECORD_OFF}};
}

/* ---- the table ---- */

static void rows_have_their_outputs(void **state)
{
    (void)state;
    for (int key = 0; key < HNN_RECORD_KEYS; key++) {
        hnn_model model = {.record = nothing()};
        model.record.of[key] = HNN_RECORD_ON;
        hnn_outputs list = hnn_outputs_of(&model);
        assert_int_equal(list.n, 1);
        assert_string_equal(list.items[0]->name, hnn_record_rows[key].name);
        assert_int_equal(hnn_record_find(list.items[0]->name), key);
    }
    hnn_model model = {.record = nothing(), .n_electrodes = 1};
    assert_string_equal(hnn_outputs_of(&model).items[0]->name, "electrodes");
    assert_int_equal(hnn_record_find("electrodes"), HNN_RECORD_KEYS);
}

static void outputs_take_what_they_need(void **state)
{
    (void)state;
    hnn_model model = {.record = nothing(), .n_electrodes = 1};
    model.record.vsec = HNN_RECORD_ALL;
    assert_int_equal(hnn_outputs_take(&model), 0);
    model.record.spikes = HNN_RECORD_ON;
    assert_int_equal(hnn_outputs_take(&model), HNN_TAKES_SPIKES);
    model.record.dipole = HNN_RECORD_ON;
    assert_int_equal(hnn_outputs_take(&model), HNN_TAKES_SPIKES | HNN_TAKES_DIPOLE);
}

static void files_of_outputs_are_known(void **state)
{
    (void)state;
    static const char *const own[] = {"dpl_0.txt", "dpl_12.txt", "spk_7.txt", "dpl_mean.txt"};
    static const char *const others[] = {
        "dpl.txt", "dpl_.txt",   "dpl_1.txt~",   "dpl_x.txt", "mydpl_1.txt", "dpl_-1.txt",
        "spk_1",   "vsec_1.txt", "results.h5.1", "",          "dpl_1x.txt",  "spk_mean.txt"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_true(hnn_outputs_own(own[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(hnn_outputs_own(others[i]));
}

/* ---- sizes ---- */

static double bytes_in(const char *dir)
{
    DIR *stream = opendir(dir);
    assert_non_null(stream);
    double bytes = 0;
    const struct dirent *entry;
    while ((entry = readdir(stream))) {
        HNN_AUTO_FREE char *path = hnn_printf("%s/%s", dir, entry->d_name);
        struct stat about;
        assert_int_equal(stat(path, &about), 0);
        bytes += S_ISREG(about.st_mode) ? (double)about.st_size : 0;
    }
    closedir(stream);
    return bytes;
}

static void expect_room(const char *name, const small_network *small)
{
    HNN_AUTO_FREE char *dir = path_of(name);
    double estimate = hnn_outputs_bytes(&small->network);
    hnn_results *results = open_results(dir, false, small);
    for (int k = 0; k < TRIALS; k++)
        run_trial(results, k, LONG, 400);
    finish_and_close(results);
    double bytes = bytes_in(dir);
    if (!(estimate > 0.9 * bytes && estimate < 1.1 * bytes))
        fail_msg("%s: %.0f bytes were estimated, and are %.0f", name, estimate, bytes);
}

/* One output at a time, so that none hides another. */
static void estimates_are_what_is_written(void **state)
{
    (void)state;
    for (int key = 0; key <= HNN_RECORD_KEYS; key++) {
        small_network small;
        small_network_init(&small, LONG, TRIALS);
        if (key < HNN_RECORD_KEYS) {
            bool flag = hnn_record_rows[key].given == HNN_GIVEN_FLAG;
            small.model.record = nothing();
            small.model.record.of[key] = flag ? HNN_RECORD_ON : HNN_RECORD_ALL;
            small.model.n_electrodes = 0;
        }
        expect_room(key < HNN_RECORD_KEYS ? hnn_record_rows[key].name : "all", &small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_their_outputs),
        cmocka_unit_test(outputs_take_what_they_need),
        cmocka_unit_test(files_of_outputs_are_known),
        cmocka_unit_test(estimates_are_what_is_written),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
