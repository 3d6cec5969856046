/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/suggest.h"
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_command *const commands[] = {
    &cli_command_run,        &cli_command_validate, &cli_command_describe,
    &cli_command_convert,    &cli_command_models,   &cli_command_engines,
    &cli_command_mechanisms, &cli_command_doctor,   &cli_command_bench,
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out)
{
    fputs("usage: hnn-run MODEL [options]\n"
          "       hnn-run COMMAND [arguments]\n\n"
          "Simulates models of the Human Neocortical Neurosolver. MODEL is a .yaml model, a\n"
          "network .json of hnn-core, flat .json or .param parameters, - for standard input,\n"
          "or the name of a bundled model.\n\ncommands:\n",
          out);
    for (int i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "\n`hnn-run COMMAND --help` tells more; `hnn-run run --help` lists the options of a run;\n"
        "`hnn-run --version` the versions of the program, its engines and libraries.\n",
        out);
}

static const cli_command *find_command(const char *name)
{
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(name, commands[i]->name) == 0)
            return commands[i];
    return NULL;
}

/* The command that a word was probably meant to be, NULL if none is near; a literal. */
static const char *likely_command(const char *word)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_names names = {0};
    for (int i = 0; i < N_COMMANDS; i++)
        hnn_names_add(arena, &names, commands[i]->name);
    const char *likely = hnn_suggest(word, names);
    hnn_arena_destroy(arena);
    return likely;
}

static int no_such_command(const char *word)
{
    const char *likely = likely_command(word);
    fprintf(stderr, "error: there is no command '%s'%s%s%s; `hnn-run --help` lists them\n", word,
            likely ? "; did you mean '" : "", likely ? likely : "", likely ? "'?" : "");
    return hnn_exit_status(HNN_ERR_USAGE);
}

/* A program started with a closed stream would give its number to the next file that it opens,
 * and what is printed would go into the results.  Opened the wrong way round, the stream
 * still fails.                                                                */
static void occupy_closed_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) >= 0)
            continue;
        int file = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        if (file != stream)
            exit(hnn_exit_status(HNN_ERR_MACHINE));
    }
}

/* What was printed and did not arrive is an error, unless there is one already. */
static int check_output(int exit_status)
{
    errno = 0;
    bool lost = fflush(stdout) != 0 || ferror(stdout);
    if (!lost || exit_status != 0)
        return exit_status;
    fprintf(stderr, "error: cannot write standard output%s%s\n", errno ? ": " : "",
            errno ? strerror(errno) : "");
    return hnn_exit_status(HNN_ERR_OUTPUT);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return hnn_exit_status(HNN_ERR_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        (strcmp(argv[1], "help") == 0 && argc == 2)) {
        print_usage(stdout);
        return 0;
    }
    if (strcmp(argv[1], "help") == 0) {
        const cli_command *command = find_command(argv[2]);
        if (!command)
            return no_such_command(argv[2]);
        fputs(command->help, stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return cli_print_versions();
    const cli_command *command = find_command(argv[1]);
    if (!command && access(argv[1], F_OK) != 0 && likely_command(argv[1]))
        return no_such_command(argv[1]);
    /* `hnn-run MODEL` is `hnn-run run MODEL` */
    return command ? cli_run_command(command, argc - 1, argv + 1)
                   : cli_run_command(&cli_command_run, argc, argv);
}

int main(int argc, char **argv)
{
    occupy_closed_streams();
    return check_output(dispatch(argc, argv));
}
