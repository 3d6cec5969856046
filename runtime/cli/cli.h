/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line: a thin layer of subcommands over the library. */
#ifndef HNN_CLI_H
#define HNN_CLI_H

#include "base/error.h"
#include "base/paths.h"
#include "engine/registry.h"
#include "hnn.h"
#include "model/load.h"

/* What the command line said; strings point into argv or are owned by `arena`. */
typedef struct cli_options {
    hnn_arena *arena;
    hnn_run_options run;
    const char **overrides; /* what run.overrides points to */
    size_t n_overrides;
    bool help;
    int runs;            /* of a benchmark; 0: not given */
    char **command_line; /* as called, the program first; NULL-terminated; in arena */
} cli_options;

typedef struct cli_command {
    const char *name;
    const char *summary;              /* one line for `hnn-run --help` */
    const char *help;                 /* the whole text of `hnn-run NAME --help` */
    const char *allowed;              /* options that it takes, as for cli_parse */
    bool needs_model;                 /* it does nothing without a MODEL */
    int (*act)(cli_options *options); /* exit status */
} cli_command;

extern const cli_command cli_command_run, cli_command_validate, cli_command_describe,
    cli_command_convert, cli_command_models, cli_command_engines, cli_command_mechanisms,
    cli_command_doctor, cli_command_bench;

/* Parses the command line, argv[0] being the command's name, and acts on it, or prints its help.
 * Exit status. */
int cli_run_command(const cli_command *command, int argc, char **argv);

/* Parses the options in `allowed` (short option letters; long names follow from them)
 * and at most one MODEL.  Prints what is wrong and returns false on wrong usage.  */
bool cli_parse(int argc, char **argv, const char *allowed, cli_options *out);
void cli_options_release(cli_options *options);

/* Loads options->run.model; prints all errors. NULL and *exit_status set on failure. */
hnn_model *cli_load_model(const cli_options *options, int *exit_status);

/* The engines of this installation, and the mechanisms of all of them; a file that is no
 * engine is named in a warning.  HNN_ERR_MACHINE when there is none. */
hnn_status cli_load_catalogue(hnn_registry *engines, hnn_catalogue *catalogue,
                              hnn_errors *errors) HNN_MUST_CHECK;

/* Loads the model, makes a text of it and writes that to -o; exit status. */
int cli_write_model(const cli_options *options, char *(*make)(const hnn_model *));

/* A text that a command made goes to `path`, or to standard output for NULL and "-"; a file is
 * complete or not there.  Exit status.                                          */
int cli_write_text(const char *path, const char *text);

/* Program, engine and library versions on standard output; exit status. */
int cli_print_versions(void);

/* Prints the errors, one a line, and gives the exit status of the first; clears the list. */
int cli_report(hnn_errors *errors);

#endif
