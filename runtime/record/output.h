/* SPDX-License-Identifier: BSD-3-Clause */
/* An output: something that a run records and writes.
 *
 * One is a hnn_output in record/outputs/<name>.c and a row in model/record.h; the recorder, the
 * results folder, --record and `record:` follow from these.  Outputs know nothing of files: they
 * say what their datasets are and hand over numbers and text.
 *
 * There are two ways to write numbers.  Rows of samples go to datasets of their trial as they
 * come.  Arrays, whose size is known late, are written when the run ends: of each trial in the
 * order of trials, then of the run.                                            */
#ifndef HNN_OUTPUT_H
#define HNN_OUTPUT_H

#include "network/network.h"
#include "record/samples.h"
#include <stdio.h>

/* A dataset of all samples of a trial: <output>/[<subgroup>/]<name>. */
typedef struct hnn_dataset {
    char subgroup[16]; /* "" for none; datasets of one follow each other */
    char *name;        /* the caller frees */
    size_t rows;
    bool matrix; /* rows x samples; else one row */
    const char *units, *description;
} hnn_dataset;

/* A dataset that is written at once. */
typedef struct hnn_output_array {
    const char *name;
    size_t n;
    double *numbers; /* n, or NULL and ... */
    int *integers;   /* ... n; owned */
    const char *units, *description;
} hnn_output_array;

/* All of a trial or of the run: they go to the group <output>. */
typedef struct hnn_output_arrays {
    size_t n;
    hnn_output_array *items; /* owned */
    int n_trials;            /* that they are made of, an attribute of the group; 0: left out */
} hnn_output_arrays;

typedef struct hnn_output hnn_output;

/* Functions may be NULL where an output has nothing to do.  `state` is what open made. */
struct hnn_output {
    const char *name;                /* as in `record:`, and of its group in results.h5 */
    const char *units, *description; /* of its datasets, unless they have their own */
    unsigned takes;                  /* HNN_TAKES_... */
    hnn_trace_kind kind;             /* of outputs of traces */
    /* Can what the model wants be done with so many samples? */
    hnn_status (*check)(const hnn_model *model, hnn_errors *errors);

    /* ---- rows of samples, for datasets of a trial ---- */
    size_t (*n_datasets)(const hnn_output *self, const hnn_network *network);
    hnn_dataset (*dataset)(const hnn_output *self, const hnn_network *network, size_t i);
    /* The rows of all its datasets, one after another, of the chunk. */
    const double *(*rows)(const hnn_output *self, const hnn_network *network,
                          const hnn_samples *samples);

    /* ---- what it keeps ---- */
    void *(*open)(const hnn_network *network);
    void (*close)(void *state);
    /* events: of the drives, NULL for none.  HNN_ERR_MEMORY. */
    hnn_status (*begin)(void *state, int trial, const hnn_trial_events *events, hnn_errors *errors);
    void (*take)(void *state, int trial, const hnn_samples *samples);
    void (*complete)(void *state, int trial); /* all samples were taken */
    void (*written)(void *state, int trial);  /* after complete: its files are there */
    void (*forget)(void *state, int trial);   /* instead of written, or of both */
    /* Spikes of a trial that is complete, by cell type and drive: for reports. */
    const size_t *(*counts)(const void *state, int trial);

    /* ---- what it writes of that ---- */
    const char *trial_text; /* "dpl": dpl_<k>.txt, once trial k is complete */
    void (*print_trial)(const void *state, int trial, FILE *file);
    void (*trial_arrays)(const void *state, int trial, hnn_output_arrays *out);
    /* When all trials of the run were written or forgotten, if there is one of the first. */
    const char *run_text; /* the whole name */
    void (*print_run)(void *state, FILE *file);
    void (*run_arrays)(void *state, hnn_output_arrays *out);
    /* Bytes for each sample of a trial in its text file, and of the run in all that is the run's:
     * about, so that there is room on the disk.  Rows of samples are counted by themselves. */
    double (*text_bytes)(const hnn_model *model);
    double (*run_bytes)(const hnn_model *model);
};

#define HNN_DECLARE_OUTPUT(name, given, standard) extern const hnn_output hnn_output_##name;
HNN_RECORD_ROWS(HNN_DECLARE_OUTPUT)
#undef HNN_DECLARE_OUTPUT
extern const hnn_output hnn_output_electrodes; /* has a block of its own in the model */

#endif
