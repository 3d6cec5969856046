/* SPDX-License-Identifier: BSD-3-Clause */
/* What ran: the content of run.json. */
#ifndef HNN_PROVENANCE_H
#define HNN_PROVENANCE_H

#include "machine/cuda/cuda.h"
#include "model/sweep_points.h"
#include "network/network.h"
#include <jansson.h>
#include <time.h>

typedef struct hnn_trial_record {
    int trial;
    double seconds;       /* wall time of this trial */
    const size_t *spikes; /* n_cell_types + n_drives, as hnn_results_spike_counts */
} hnn_trial_record;

/* Everything borrowed; strings may be NULL where there is nothing to say. */
typedef struct hnn_provenance {
    const hnn_network *network; /* and its model; NULL for a whole sweep, ... */
    const hnn_model *sweep;     /* ... whose model this is, */
    json_t *points;             /* ... with the records of its finished points */
    size_t together;            /* points that ran together with this one, and it */
    int argc;
    char *const *argv;
    const char *engine, *engine_reason, *engine_description;
    const char *precision, *precision_reason;
    const char *communicator;   /* description: library and version */
    int ranks, groups, threads; /* threads: per rank */
    size_t n_devices;
    const int *devices;      /* GPU indices */
    const hnn_cuda *cuda;    /* NULL: not looked for */
    struct timespec started; /* CLOCK_REALTIME */
    double build_seconds, run_seconds, total_seconds;
    size_t n_trials; /* finished ones */
    const hnn_trial_record *trials;
    size_t n_warnings;
    const char *const *warnings; /* besides the model's own */
    int signal_number;           /* that interrupted the run, else 0 */
    bool failed;                 /* a trial, or a point of the sweep, did */
} hnn_provenance;

/* The caller owns the result (json_decref); never NULL. */
json_t *hnn_provenance_json(const hnn_provenance *what);

/* What ran at one point of a sweep: its record in run.json.  `what` tells of that point;
 * sweep_hash is of the model with its sweep.  The caller owns the result.       */
json_t *hnn_provenance_point_json(const hnn_provenance *what, const hnn_sweep *sweep, size_t point,
                                  const char *sweep_hash);
/* {"drives.evprox1.mu": 20, ...}; the caller owns it. */
json_t *hnn_point_values_json(const hnn_sweep *sweep, size_t point);

/* Spike counts by cell type and drive: n_cell_types + n_drives of them.  null when the model
 * does not record spikes: none counted is not none fired.                     */
json_t *hnn_spike_counts_json(const hnn_model *model, const size_t *counts);

/* {"hnn-run": "0.1.0", "hdf5": "1.10.8", ...}: also for --version and doctor. */
json_t *hnn_library_versions(void);

/* XXH3-128 of the resolved model as YAML, 32 hexadecimal digits: the same for inputs that
 * run the same, whatever their format.  Equals `hnn-run convert MODEL -o - | xxh128sum`.
 * Caller frees.                                                               */
char *hnn_model_hash(const hnn_model *model);

#endif
