/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/memory.h"
#include "base/paths.h"
#include "cli/cli.h"
#include "model/record.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long options that have no short letter get values past any character. */
enum {
    OPT_TSTOP = 256,
    OPT_DT,
    OPT_RANKS,
    OPT_CUDA_ROOT,
    OPT_DEVICES,
    OPT_PRECISION,
    OPT_RECORD,
    OPT_PROGRESS,
    OPT_DRY_RUN,
    OPT_OVERWRITE,
    OPT_RUNS,
    OPT_RESUME,
    OPT_JSON
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"engine", required_argument, NULL, 'e'},
    {"trials", required_argument, NULL, 'n'},
    {"set", required_argument, NULL, 's'},
    {"threads", required_argument, NULL, 'j'},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"tstop", required_argument, NULL, OPT_TSTOP},
    {"dt", required_argument, NULL, OPT_DT},
    {"ranks", required_argument, NULL, OPT_RANKS},
    {"cuda-root", required_argument, NULL, OPT_CUDA_ROOT},
    {"devices", required_argument, NULL, OPT_DEVICES},
    {"precision", required_argument, NULL, OPT_PRECISION},
    {"record", required_argument, NULL, OPT_RECORD},
    {"progress", required_argument, NULL, OPT_PROGRESS},
    {"dry-run", no_argument, NULL, OPT_DRY_RUN},
    {"overwrite", no_argument, NULL, OPT_OVERWRITE},
    {"runs", required_argument, NULL, OPT_RUNS},
    {"resume", no_argument, NULL, OPT_RESUME},
    {"json", no_argument, NULL, OPT_JSON},
    {NULL, 0, NULL, 0},
};

/* The letter by which `allowed` names an option. */
static int option_letter(int value)
{
    switch (value) {
    case OPT_TSTOP:
        return 'T';
    case OPT_DT:
        return 'D';
    case OPT_RANKS:
        return 'R';
    case OPT_CUDA_ROOT:
        return 'G';
    case OPT_DEVICES:
        return 'I';
    case OPT_PRECISION:
        return 'F';
    case OPT_RECORD:
        return 'C';
    case OPT_PROGRESS:
        return 'P';
    case OPT_DRY_RUN:
        return 'Y';
    case OPT_OVERWRITE:
        return 'O';
    case OPT_RUNS:
        return 'N';
    case OPT_RESUME:
        return 'U';
    case OPT_JSON:
        return 'J';
    default:
        return value;
    }
}

static const char *option_name(int value)
{
    const struct option *option = long_options;
    while (option->name && option->val != value)
        option++;
    return option->name;
}

static bool wrong(const char *command, const char *fmt, const char *a, const char *b)
{
    fputs("error: ", stderr);
    fprintf(stderr, fmt, a, b);
    fprintf(stderr, "; `hnn-run %s --help` lists the options\n", command);
    return false;
}

static void add_override(cli_options *o, const char *path, const char *value)
{
    o->overrides = hnn_realloc(o->overrides, o->n_overrides + 1, sizeof *o->overrides);
    o->overrides[o->n_overrides++] =
        value ? hnn_arena_printf(o->arena, "%s=%s", path, value) : path;
}

static bool parse_count(const char *text, int most, int *out)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < 1 || value > most)
        return false;
    *out = (int)value;
    return true;
}

/* "dipole, spikes, vsec=soma|all": what can be recorded. */
static const char *record_choices(hnn_arena *arena)
{
    const char *text = "";
    for (int key = 0; key < HNN_RECORD_KEYS; key++)
        text = hnn_arena_printf(arena, "%s%s%s%s", text, key ? ", " : "", hnn_record_rows[key].name,
                                hnn_record_rows[key].given == HNN_GIVEN_EXTENT ? "=soma|all" : "");
    return text;
}

/* --record dipole,spikes,vsec=soma: records exactly what is listed. */
static bool parse_record(cli_options *o, const char *command, const char *list)
{
    hnn_record record = {.of = {HNN_RECORD_OFF}};
    char *copy = hnn_arena_strdup(o->arena, list), *rest = copy;
    for (char *item; (item = strsep(&rest, ","));) {
        char *value = strchr(item, '=');
        if (value)
            *value++ = '\0';
        hnn_record_key key = hnn_record_find(item);
        if (key == HNN_RECORD_KEYS || (value && hnn_record_rows[key].given == HNN_GIVEN_FLAG))
            return wrong(command, "--record %s: %s", list,
                         hnn_arena_printf(o->arena, "'%s' cannot be recorded; write a list of %s",
                                          item, record_choices(o->arena)));
        record.of[key] = HNN_RECORD_ON;
        if (value && !hnn_extent_parse(value, &record.of[key]))
            return wrong(command, "--record %s: '%s' should be soma or all", list, value);
    }
    for (int key = 0; key < HNN_RECORD_KEYS; key++) {
        const hnn_record_row *row = &hnn_record_rows[key];
        add_override(o, hnn_arena_printf(o->arena, "record.%s", row->name),
                     hnn_record_word(row->given, record.of[key]));
    }
    return true;
}

static bool one_of(const char *value, const char *const *choices)
{
    while (*choices && strcmp(value, *choices) != 0)
        choices++;
    return *choices != NULL;
}

/* Options without a value. */
static bool *flag_of(cli_options *o, int value)
{
    switch (value) {
    case OPT_DRY_RUN:
        return &o->run.dry_run;
    case OPT_OVERWRITE:
        return &o->run.overwrite;
    case OPT_RESUME:
        return &o->run.resume;
    case OPT_JSON:
        return &o->run.json;
    case 'q':
        return &o->run.quiet;
    case 'v':
        return &o->run.verbose;
    default:
        return &o->help;
    }
}

static bool take_option(cli_options *o, const char *command, int value, const char *arg)
{
    static const char *const modes[] = {"auto", "bar", "json", "none", NULL};
    enum { MOST = 4096 }; /* as execution.threads and execution.ranks of a model */
    switch (value) {
    case 'o':
        o->run.output = arg;
        return true;
    case 'e':
        o->run.engine = arg;
        return true;
    case 'n':
        add_override(o, "simulation.trials", arg);
        return true;
    case OPT_TSTOP:
        add_override(o, "simulation.tstop", arg);
        return true;
    case OPT_DT:
        add_override(o, "simulation.dt", arg);
        return true;
    case 's':
        if (!strchr(arg, '='))
            return wrong(command, "--set %s: expected path.to.key=value%s", arg, "");
        add_override(o, arg, NULL);
        return true;
    case 'j':
        return parse_count(arg, MOST, &o->run.threads) ||
               wrong(command, "--threads %s: expected a number of threads, 1 to 4096%s", arg, "");
    case OPT_RANKS:
        return parse_count(arg, MOST, &o->run.ranks) ||
               wrong(command, "--ranks %s: expected a number of ranks, 1 to 4096%s", arg, "");
    case OPT_RUNS:
        return parse_count(arg, MOST, &o->runs) ||
               wrong(command, "--runs %s: expected a number of runs, 1 to 4096%s", arg, "");
    case OPT_CUDA_ROOT:
        o->run.cuda_root = arg;
        return true;
    case OPT_DEVICES:
        o->run.devices = arg;
        return true;
    case OPT_PRECISION:
        add_override(o, "execution.precision", arg);
        return true;
    case OPT_RECORD:
        return parse_record(o, command, arg);
    case OPT_PROGRESS:
        o->run.progress = arg;
        return one_of(arg, modes) ||
               wrong(command, "--progress %s: expected auto, bar, json%s", arg, " or none");
    default:
        *flag_of(o, value) = true;
        return true;
    }
}

/* `hnn-run MODEL` comes with argv[0] the program, a subcommand with its own name. */
static bool is_program(const char *arg)
{
    return strchr(arg, '/') || strcmp(arg, "hnn-run") == 0;
}

/* The command line as it was called, before getopt sorts it. */
static char **whole_command(hnn_arena *arena, int argc, char **argv)
{
    char **command = hnn_arena_alloc(arena, (size_t)argc + 2, sizeof *command), **to = command;
    if (!is_program(argv[0]))
        *to++ = "hnn-run";
    for (int i = 0; i < argc; i++)
        *to++ = argv[i];
    return command;
}

bool cli_parse(int argc, char **argv, const char *allowed, cli_options *out)
{
    *out = (cli_options){.arena = hnn_arena_create()};
    hnn_run_options_init(&out->run);
    const char *command = is_program(argv[0]) ? "run" : argv[0];
    out->command_line = whole_command(out->arena, argc, argv);
    optind = 1;
    opterr = 0;
    int value;
    while ((value = getopt_long(argc, argv, ":o:e:n:s:j:qvh", long_options, NULL)) != -1) {
        if (value == ':')
            return wrong(command, "option %s needs a value%s", argv[optind - 1], "");
        if (value == '?')
            return wrong(command, "unknown option %s%s", argv[optind - 1], "");
        if (value != 'h' && !strchr(allowed, option_letter(value)))
            return wrong(command, "option --%s does not go with '%s'", option_name(value), command);
        if (!take_option(out, command, value, optarg))
            return false;
    }
    if (optind < argc)
        out->run.model = argv[optind++];
    if (optind < argc)
        return wrong(command, "one MODEL at a time: '%s' and '%s'", out->run.model, argv[optind]);
    out->run.overrides = out->overrides;
    out->run.n_overrides = out->n_overrides;
    return true;
}

void cli_options_release(cli_options *options)
{
    free(options->overrides);
    hnn_arena_destroy(options->arena);
}
