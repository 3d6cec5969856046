/* What the parts of a sweep share (sweep.h). */
#ifndef HNN_RUN_SWEEP_PARTS_H
#define HNN_RUN_SWEEP_PARTS_H

#include "plan/plan.h"
#include "results/sweep_results.h"
#include <time.h>

/* What is known of a point while its model is not there. */
typedef struct hnn_sweep_point {
    double cost;  /* about in proportion to the time it takes */
    double bytes; /* memory, about, besides what the process takes in any case */
    /* points are alike that are equal in these: only such run together */
    const hnn_engine_about *engine; /* planned; one, for auto alone can differ between points */
    int trials;
    size_t samples;
    double dt;

    size_t alike; /* points of the sweep that are, this one included; 0: not yet known */
    bool finished;
} hnn_sweep_point;

/* 0 when they are alike, else as for qsort. */
int hnn_sweep_compare(const hnn_sweep_point *a, const hnn_sweep_point *b);

struct hnn_sweep_run {
    const hnn_model *model; /* as in the file, with the sweep block */
    size_t n_points;
    hnn_sweep_point *points;
    double memory;              /* for the points of one batch, bytes */
    size_t files;               /* as many points can have their files open */
    size_t most;                /* points in a batch: fewer after a batch has failed, ... */
    size_t next;                /* ... and fewer to prepare where the engine took fewer */
    bool running;               /* a batch */
    struct timespec started;    /* the batch, ... */
    double started_seconds;     /* ... monotonic */
    double total, done;         /* costs of the points to run, and of those that have run */
    char *hash;                 /* root: of the model */
    hnn_sweep_results *results; /* NULL but on the root */
    double build_seconds, run_seconds;
};

#endif
