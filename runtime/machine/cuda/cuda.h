/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding CUDA: the root of a toolkit, and the driver's library.
 *
 * The kernels are compiled beforehand and carry CUDA's runtime library with them, so the
 * CUDA engine needs the driver (libcuda.so.1) alone; the toolkit is for what is started
 * from here, which gets its place in CUDA_PATH and CUDA_HOME.
 *
 * hnn_cuda_find looks at its arguments and at files below `root` only, so that
 * installations can be made up.  Every place it looked at is kept, with why it was taken
 * or not.                                                                       */
#ifndef HNN_CUDA_H
#define HNN_CUDA_H

#include "base/memory.h"
#include "base/paths.h"
#include "machine/machine.h"

#include <jansson.h>

/* CUDA's release that the kernels are built with, as CUDA_VERSION counts: 1000 * major +
 * 10 * minor.  A driver runs the programs of its own major release and of older ones. */
#ifndef HNN_CUDA_BUILT
#define HNN_CUDA_BUILT 13000
#endif

/* One place that was looked at. */
typedef struct hnn_cuda_place {
    const char *from;    /* "--cuda-root", "CUDA_PATH", "the loader's cache", ...: a phrase */
    const char *path;    /* root of a toolkit, or a library's file; NULL: from names none */
    const char *why_not; /* NULL: taken */
    bool usable;         /* nothing is wrong with it, be it taken or not */
    bool broken;         /* somebody set it, and it is not usable */
    int version;         /* CUDA's release, as CUDA_VERSION counts; 0: not known */
    const char *release; /* a driver's own version, such as "580.65.06"; NULL: not known */
    const char *library; /* folder of a toolkit's libraries; NULL: none */
} hnn_cuda_place;

/* In the order in which they were looked at. */
typedef struct hnn_cuda_places {
    hnn_cuda_place *items;
    size_t n;
    const hnn_cuda_place *taken; /* one of items; NULL: none */
} hnn_cuda_places;

typedef struct hnn_cuda {
    hnn_cuda_places toolkits, drivers;
    const char *module;    /* version of the driver's part in the kernel; NULL: not known */
    bool driver_by_path;   /* the loader would not find this driver by itself */
    const char **warnings; /* about what was set and is broken: sentences without a dot */
    int n_warnings;
    const char *why_no_driver; /* a phrase; NULL: there is one */
    hnn_arena *arena;          /* owns all of the above */
} hnn_cuda;

/* What a driver's library says when it is loaded. */
typedef struct hnn_cuda_driver {
    char *why_not; /* owned by who asked; NULL: it loads */
    int version;   /* the newest CUDA it runs, as CUDA_VERSION counts */
    void *handle;  /* to be closed with dlclose unless it is used; may be NULL */
} hnn_cuda_driver;

typedef hnn_cuda_driver (*hnn_cuda_ask)(const char *library, void *user);

typedef struct hnn_cuda_source {
    const char *option;     /* --cuda-root; NULL: not given */
    const hnn_paths *paths; /* of this installation; NULL: not looked at */
    const char *const *env; /* as environ */
    const char *root;       /* folder that stands for /; NULL: the system's own */
    bool no_load;           /* judge drivers by their files alone: loading takes milliseconds */
    hnn_cuda_ask ask;       /* NULL: load it into this process */
    void *user;             /* for ask */
} hnn_cuda_source;

/* Looks for both.  The driver that is taken stays loaded, so that the CUDA engine gets the
 * same one.  HNN_ERR_MACHINE: the option names no toolkit; *out is then empty and may be
 * freed.  All else is told in *out.                                              */
HNN_MUST_CHECK hnn_status hnn_cuda_find(const hnn_cuda_source *source, hnn_cuda *out,
                                        hnn_errors *errors);
void hnn_cuda_free(hnn_cuda *cuda);

/* Why this machine cannot run CUDA, whatever the engine says; NULL when nothing speaks
 * against it.  Caller frees.                                                      */
char *hnn_cuda_obstacle(const hnn_cuda *cuda, const hnn_machine *machine);

/* "13.0" of 13000; caller frees. */
char *hnn_cuda_version_text(int version);

/* The variables that children get, NAME=value, ended by NULL, in the arena: HNN_CUDA_ROOT,
 * CUDA_PATH and CUDA_HOME name the toolkit taken, and LD_LIBRARY_PATH begins with the
 * driver's folder where the loader would not find it.  library_path: its value so far, or
 * NULL.                                                                           */
char *const *hnn_cuda_environment(const hnn_cuda *cuda, hnn_arena *arena, const char *library_path);

/* What was taken; with `all` also every place that was looked at.  A new reference. */
json_t *hnn_cuda_json(const hnn_cuda *cuda, bool all);

#endif
