/* SPDX-License-Identifier: BSD-3-Clause */
/* Question: do programs get one valid JSON object per line and nothing else, and people a
 * line that does not spoil files and pipes?                                   */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/bar.h"
#include "run/reporter.h"
#include "run/signals.h"
#include "small_network.h"
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A reporter on two files that are read back. */
typedef struct capture {
    FILE *out, *err;
    hnn_reporter *reporter;
} capture;

static capture begin(hnn_progress_mode mode, bool quiet)
{
    capture c = {.out = tmpfile(), .err = tmpfile()};
    c.reporter = hnn_reporter_create(
        &(hnn_reporter_options){.mode = mode, .quiet = quiet, .out = c.out, .err = c.err});
    return c;
}

static char *text_of(FILE *file)
{
    long n = ftell(file);
    char *text = hnn_alloc((size_t)n + 1, 1);
    rewind(file);
    assert_int_equal(fread(text, 1, (size_t)n, file), n);
    fclose(file);
    return text;
}

/* Trials one after another: trial k of two has reached t of 50 ms. */
static void progress(hnn_reporter *r, int k, double t)
{
    hnn_report_progress(r, &(hnn_trial_place){0, k, 2}, t, 50, (k + t / 50) / 2);
}

static void whole_run(hnn_reporter *r)
{
    small_network small;
    small_network_init(&small, 101, 2);
    const size_t counts[SMALL_CLASSES] = {1, 20, 3, 4};
    hnn_report_start(r, "models/\xff.yaml");
    json_t *plan = json_pack("{s:s,s:i}", "engine", "neuron", "ranks", 2);
    hnn_report_plan(r, plan, "NEURON on 2 ranks");
    json_decref(plan);
    hnn_report_warning(r, "drive %s: \"%s\"\n", "evprox1", "quoted");
    for (int k = 0; k < 2; k++) {
        for (int t = 0; t <= 50; t += 5)
            progress(r, k, t);
        hnn_report_trial(r, &(hnn_trial_place){0, k, 2}, 1.23456, &small.network, counts);
    }
    hnn_report_done(r, "small-results", 2.5);
}

static json_t *line_as_json(char **text)
{
    char *end = strchr(*text, '\n');
    assert_non_null(end);
    *end = '\0';
    json_t *event = json_loads(*text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(event);
    *text = end + 1;
    return event;
}

static const char *name_of(const json_t *event)
{
    return json_string_value(json_object_get(event, "event"));
}

static void json_lines_tell_the_run(void **state)
{
    (void)state;
    capture c = begin(HNN_PROGRESS_JSON, false);
    whole_run(c.reporter);
    hnn_reporter_destroy(c.reporter);
    HNN_AUTO_FREE char *err = text_of(c.err);
    assert_string_equal(err, "warning: drive evprox1: \"quoted\"\n\n");
    HNN_AUTO_FREE char *out = text_of(c.out);
    char *rest = out;
    static const char *const order[] = {"start", "plan",     "warning", "progress",
                                        "trial", "progress", "trial",   "done"};
    size_t at = 0;
    while (*rest) {
        json_t *event = line_as_json(&rest);
        const char *name = name_of(event);
        if (strcmp(name, "progress") == 0) {
            if (at < 8 && strcmp(order[at], "progress") == 0)
                at++;
            assert_true(json_is_integer(json_object_get(event, "trial")));
            assert_true(json_number_value(json_object_get(event, "tstop")) == 50.0);
            assert_non_null(json_object_get(event, "eta_s"));
        } else {
            if (strcmp(order[at], "progress") == 0)
                at++; /* at full speed a whole trial may pass between two drawings */
            assert_string_equal(name, order[at++]);
        }
        if (strcmp(name, "start") == 0)
            assert_string_equal(json_string_value(json_object_get(event, "model")),
                                "models/?.yaml");
        if (strcmp(name, "plan") == 0)
            assert_int_equal(json_integer_value(json_object_get(event, "ranks")), 2);
        if (strcmp(name, "trial") == 0) {
            const json_t *spikes = json_object_get(event, "spikes");
            assert_int_equal(json_integer_value(json_object_get(spikes, "L2_pyramidal")), 20);
            assert_int_equal(json_integer_value(json_object_get(spikes, "evprox1")), 4);
        }
        json_decref(event);
    }
    assert_int_equal(at, 8);
}

static void errors_carry_code_and_place(void **state)
{
    (void)state;
    capture c = begin(HNN_PROGRESS_JSON, true);
    hnn_errors errors = {0};
    static char file[] = "model.yaml";
    hnn_fail_at(&errors, HNN_ERR_MODEL, (hnn_place){file, 3, 7}, "unknown key 'sigm'");
    hnn_fail(&errors, HNN_ERR_OUTPUT, "disk full");
    hnn_errors_context(&errors, 1, "trial %d", 1);
    errors.dropped = 2;
    hnn_report_errors(c.reporter, &errors);
    hnn_report_interrupted(c.reporter, SIGTERM, 0, 2, NULL);
    hnn_errors_clear(&errors);
    hnn_reporter_destroy(c.reporter);
    HNN_AUTO_FREE char *err = text_of(c.err);
    assert_string_equal(err, "model.yaml:3:7: error: unknown key 'sigm'\n"
                             "error: trial 1: disk full\nand 2 more errors\n");
    HNN_AUTO_FREE char *out = text_of(c.out);
    assert_string_equal(
        out, "{\"event\":\"error\",\"code\":\"model\",\"message\":\"unknown key 'sigm'\","
             "\"file\":\"model.yaml\",\"line\":3,\"column\":7}\n"
             "{\"event\":\"error\",\"code\":\"output\",\"message\":\"trial 1: disk full\","
             "\"file\":null,\"line\":null,\"column\":null}\n"
             "{\"event\":\"interrupted\",\"signal\":\"SIGTERM\",\"finished\":0,\"of\":2,"
             "\"folder\":null}\n");
}

static void no_terminal_gets_plain_lines(void **state)
{
    (void)state;
    capture c = begin(HNN_PROGRESS_AUTO, false);
    whole_run(c.reporter);
    hnn_reporter_destroy(c.reporter);
    HNN_AUTO_FREE char *err = text_of(c.err);
    assert_string_equal(
        err, "NEURON on 2 ranks\nwarning: drive evprox1: \"quoted\"\n\n"
             "trial 1 of 2: 1.2 s, spikes: L2_basket 1, L2_pyramidal 20, L5_pyramidal 3\n"
             "trial 2 of 2: 1.2 s, spikes: L2_basket 1, L2_pyramidal 20, L5_pyramidal 3\n");
    HNN_AUTO_FREE char *out = text_of(c.out);
    assert_string_equal(out, "done in 2.5 s: results in small-results\n");

    c = begin(HNN_PROGRESS_BAR, false);
    progress(c.reporter, 0, 9);
    progress(c.reporter, 0, 10);
    progress(c.reporter, 0, 11);
    progress(c.reporter, 1, 10);
    hnn_reporter_destroy(c.reporter);
    HNN_AUTO_FREE char *lines = text_of(c.err);
    assert_string_equal(lines, "10%: trial 1 of 2 at 10 of 50 ms\n"
                               "60%: trial 2 of 2 at 10 of 50 ms\n");
    fclose(c.out);
}

static void spikes_not_recorded_are_not_counted(void **state)
{
    (void)state;
    small_network small;
    small_network_init(&small, 101, 2);
    small.model.record.spikes = false;
    const size_t counts[SMALL_CLASSES] = {0};
    capture people = begin(HNN_PROGRESS_AUTO, false), program = begin(HNN_PROGRESS_JSON, false);
    hnn_report_trial(people.reporter, &(hnn_trial_place){0, 0, 2}, 1.25, &small.network, counts);
    hnn_report_trial(program.reporter, &(hnn_trial_place){0, 0, 2}, 1.25, &small.network, counts);
    hnn_reporter_destroy(people.reporter);
    hnn_reporter_destroy(program.reporter);
    HNN_AUTO_FREE char *line = text_of(people.err);
    HNN_AUTO_FREE char *event = text_of(program.out);
    assert_string_equal(line, "trial 1 of 2: 1.2 s\n");
    assert_string_equal(event, "{\"event\":\"trial\",\"trial\":0,\"of\":2,\"seconds\":1.25,"
                               "\"spikes\":null}\n");
    fclose(people.out);
    fclose(program.err);
}

static void quiet_and_none_say_nothing(void **state)
{
    (void)state;
    capture c = begin(HNN_PROGRESS_BAR, true);
    whole_run(c.reporter);
    hnn_reporter_destroy(c.reporter);
    assert_int_equal(ftell(c.out), 0);
    assert_int_equal(ftell(c.err), 0);
    fclose(c.out);
    fclose(c.err);
    whole_run(NULL);
    hnn_report_errors(NULL, &(hnn_errors){0});
    hnn_report_interrupted(NULL, SIGINT, 0, 1, "x");
    hnn_reporter_destroy(NULL);
}

static void terminal_gets_one_line_drawn_over(void **state)
{
    (void)state;
    int master, slave;
    struct winsize size = {.ws_row = 24, .ws_col = 60};
    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    FILE *err = fdopen(slave, "w"), *out = tmpfile();
    hnn_reporter *r = hnn_reporter_create(
        &(hnn_reporter_options){.mode = HNN_PROGRESS_AUTO, .out = out, .err = err});
    progress(r, 0, 25);
    for (int i = 0; i < 1000; i++) /* far faster than ten a second: hardly ever drawn */
        progress(r, 0, 25 + 1e-3 * i);
    hnn_report_warning(r, "careful");
    hnn_reporter_destroy(r);
    fclose(err);
    fclose(out);
    char text[16384];
    size_t n = 0; /* the terminal hands over its text in pieces, then fails: nobody writes */
    for (ssize_t more; (more = read(master, text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)more;
    text[n] = '\0';
    close(master);
    assert_memory_equal(text, "\rtrial 1/2 [", 12);
    assert_non_null(strstr(text, " 25.0/50 ms   25%  eta --:--\033[K\r"));
    assert_non_null(strstr(text, "\033[K\r\033[Kwarning: careful"));
    int drawn = 0;
    for (const char *at = text; (at = strstr(at, "trial 1/2")); at++)
        drawn++;
    assert_in_range(drawn, 1, 100);
}

static void bar_fits_every_width(void **state)
{
    (void)state;
    hnn_bar_state bar = {.trial = 0, .of = 2, .t = 82.5, .tstop = 170, .done = 0.25, .eta = 3725};
    char text[121];
    hnn_bar_format(text, 79, &bar);
    assert_string_equal(
        text, "trial 1/2 [#########---------------------------] 82.5/170 ms   25%  eta 1:02:05");
    for (size_t width = 0; width <= 120; width++) {
        memset(text, 'x', sizeof text);
        hnn_bar_format(text, width, &bar);
        assert_true(strlen(text) <= width);
    }
    bar = (hnn_bar_state){2, 12, 0, 2, 82.5, 170.0, 0.25, 59.6};
    hnn_bar_format(text, 79, &bar);
    assert_string_equal(
        text, "point 3/12 trial 1/2 [#######---------------------] 82.5/170 ms   25%  eta 1:00");
    bar = (hnn_bar_state){SIZE_MAX - 1, SIZE_MAX, 1000000, 2000000, 1e9, 1e-9, 7.0, 1e30};
    hnn_bar_format(text, 120, &bar);
    assert_true(strlen(text) <= 120);
}

static void modes_are_read(void **state)
{
    (void)state;
    hnn_progress_mode mode = HNN_PROGRESS_AUTO;
    assert_true(hnn_progress_mode_parse("json", &mode));
    assert_int_equal(mode, HNN_PROGRESS_JSON);
    assert_true(hnn_progress_mode_parse("none", &mode));
    assert_int_equal(mode, HNN_PROGRESS_NONE);
    assert_false(hnn_progress_mode_parse("JSON", &mode));
    assert_false(hnn_progress_mode_parse("", &mode));
    assert_true(hnn_progress_mode_parse(NULL, &mode));
    assert_int_equal(mode, HNN_PROGRESS_AUTO);
}

/* ---- signals: in processes of their own ---- */

static int in_child(int (*body)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(body());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int writes_to_closed_pipe(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    close(ends[0]);
    hnn_signals_install();
    FILE *out = fdopen(ends[1], "w");
    hnn_reporter *r = hnn_reporter_create(
        &(hnn_reporter_options){.mode = HNN_PROGRESS_JSON, .quiet = true, .out = out});
    whole_run(r);
    hnn_reporter_destroy(r);
    return 42;
}

static int is_asked_once(void)
{
    hnn_signals_install();
    if (hnn_signals_caught() != 0)
        return 1;
    raise(SIGTERM);
    raise(SIGTERM);
    return hnn_signals_caught() == SIGTERM ? 42 : 2;
}

static int is_asked_twice(void)
{
    hnn_signals_install();
    raise(SIGINT);
    hnn_signals_install();
    raise(SIGINT);
    return 42;
}

static void signals_are_kept_and_the_second_kills(void **state)
{
    (void)state;
    int status = in_child(writes_to_closed_pipe);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    status = in_child(is_asked_once);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    status = in_child(is_asked_twice);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_int_equal(hnn_signals_exit_status(SIGINT), 130);
    assert_int_equal(hnn_signals_exit_status(SIGTERM), 143);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_lines_tell_the_run),
        cmocka_unit_test(errors_carry_code_and_place),
        cmocka_unit_test(no_terminal_gets_plain_lines),
        cmocka_unit_test(spikes_not_recorded_are_not_counted),
        cmocka_unit_test(quiet_and_none_say_nothing),
        cmocka_unit_test(terminal_gets_one_line_drawn_over),
        cmocka_unit_test(bar_fits_every_width),
        cmocka_unit_test(modes_are_read),
        cmocka_unit_test(signals_are_kept_and_the_second_kills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
