/* SPDX-License-Identifier: BSD-3-Clause */
/* hnn.h: the public interface of hnn-run as a library.
 *
 * A program fills an hnn_run_options and calls hnn_run(), which does what the
 * command line does: reads the model, plans, simulates, writes the results folder.
 * Progress arrives as the same JSON lines that `--progress json` prints
 * (docs/results.md), through a callback.
 *
 * Versioning: HNN_API_VERSION grows by one with every incompatible change; fields
 * are only ever added at the end of hnn_run_options, and hnn_run_options_init()
 * gives every field its default, so call it first.  A program needs no changes for a
 * newer version, but has to be compiled with the header of the library that it loads.
 *
 * One run at a time per process: the NEURON engine is a process-wide singleton. */
#ifndef HNN_H
#define HNN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HNN_API_VERSION 1
#define HNN_PUBLIC __attribute__((visibility("default")))

/* Called with one JSON object as text, without a newline; the text is only valid
 * during the call.                                                             */
typedef void (*hnn_event_fn)(const char *json, void *user);

typedef struct hnn_run_options {
    const char *model;            /* path, "-" for standard input, or a bundled model's name */
    const char *output;           /* results folder; NULL: "<model name>-results" */
    const char *engine;           /* "auto", the name of an installed engine, or names joined by
                                     "+"; NULL: as the model says */
    const char *const *overrides; /* n_overrides texts "path.to.key=value" */
    size_t n_overrides;
    int threads;          /* 0: as the plan finds best */
    int ranks;            /* 0: those this process was started with */
    const char *progress; /* "auto", "bar", "json", "none"; NULL: "auto" */
    bool quiet, verbose, overwrite;
    bool dry_run;          /* print the launch plan, run nothing */
    bool json;             /* the dry run's plan as JSON */
    hnn_event_fn on_event; /* may be NULL */
    void *user;            /* handed to on_event */
    const char *program;   /* path of hnn-run in the installation to use; NULL: this process is
                              it.  Programs that load the library set it (or HNN_PREFIX)   */
    const char *const *command_line; /* NULL-terminated; recorded in run.json, and what
                                        mpirun starts for `ranks`; may be NULL */
    bool resume; /* of a sweep: keep the finished points of an earlier run, do what is missing */
    const char *cuda_root; /* of a CUDA toolkit; NULL: looked for (docs/cuda.md) */
    const char *devices;   /* the GPUs that may be used, by their numbers: "0,2"; NULL: as the
                              model says */
} hnn_run_options;

HNN_PUBLIC void hnn_run_options_init(hnn_run_options *options);

/* Runs to the end and returns the exit status of the command line: 0 done, 2 wrong
 * usage or model, 3 the machine lacks what was asked for, 4 the simulation failed,
 * 5 results could not be written, 130 or 143 interrupted.  Errors are told on
 * standard error and as "error" events.  With `ranks` > 1 outside mpirun the calling
 * process becomes mpirun and the function does not return.  While it runs SIGINT, SIGTERM,
 * SIGUSR1 and SIGUSR2 stop it, SIGPIPE and SIGXFSZ are ignored; then the process's own
 * handlers are back.                                                             */
HNN_PUBLIC int hnn_run(const hnn_run_options *options);

/* "0.1.0" */
HNN_PUBLIC const char *hnn_version(void);

#ifdef __cplusplus
}
#endif

#endif
