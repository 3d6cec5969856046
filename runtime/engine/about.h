/* SPDX-License-Identifier: BSD-3-Clause */
/* What an engine says of itself: constant data, which is read without starting anything.
 *
 * Everything that the program knows of an engine before it runs comes from here: nothing outside
 * an engine's own folder compares its name.  See docs/architecture.md, "Adding an engine". */
#ifndef HNN_ENGINE_ABOUT_H
#define HNN_ENGINE_ABOUT_H

#include "catalogue/mechanism.h"
#include <stddef.h>

/* Of the description and of the functions (engine/engine.h).  Goes up when something that is
 * there changes; what is added at the end of them leaves it as it is.           */
enum { HNN_ENGINE_ABI = 4 };

/* What an engine computes on. */
typedef enum hnn_engine_device { HNN_ON_PROCESSOR, HNN_ON_NVIDIA_GPU } hnn_engine_device;

/* Texts are UTF-8.  What is 0, false or NULL needs not be said. */
typedef struct hnn_engine_about {
    unsigned abi;      /* HNN_ENGINE_ABI */
    size_t size;       /* sizeof(hnn_engine_about) when it was compiled; what lies behind is 0 */
    const char *name;  /* of -e, and of the file engine-<name>.so: a letter, then letters, digits,
                          - and _ */
    const char *title; /* in sentences: "the native engine" */
    const char *text;  /* one line: what it is */
    /* File name, in the folder of this one, of the shared object that holds the engine, which is
     * only loaded to ask whether it is usable; NULL: this one. */
    const char *library;
    const char *remedy; /* what to do where `library` cannot be loaded, to follow "; " */
    int preference;     /* auto tries engines from the highest on, and none below 1 */
    hnn_engine_device device;
    int max_threads;    /* of each rank; 0: any number */
    bool spreads_cells; /* over the ranks of a group; else a trial stays on one rank */
    bool has_mixed; /* computes in mixed precision where options allow it; others stay in double */
    bool several;   /* may be open several times in one process, each on a thread of its own */
    bool reference; /* others are measured in multiples of its speed */
    /* As many networks as are worth building at a time, at most; 0 counts as 1.  Each costs the
     * caller memory and time before it is seen how many build takes. */
    int max_networks;
    /* Engines of the same arithmetic give the same bits in double precision, so that they can share
     * the trials of a batch ("a+b"); NULL: like no other. */
    const char *arithmetic;
    /* Its mechanisms, by name, ended by NULL: what a model can use. */
    const hnn_mechanism_info *const *mechanisms;
    /* Names that HNN_KERNELS takes, ended by NULL: sets of kernels of which it has one for each
     * kind of processor.  NULL: no such choice. */
    const char *const *kernel_sets;

    /* ---- of engines on devices ---- */
    /* Trials at a time from which on more of them do not speed a device up; auto takes a device
     * from here on, ... */
    int full_batch;
    int batch_per_thread; /* ... and from so many for each thread that the processor could use */
    /* Why auto does not take a device of this name, to follow "the GPU X is"; NULL: it does. */
    const char *(*doubt)(const char *device, bool mixed);
    /* How many threads of a processor a device is taken to be worth until its first trials are
     * measured.  device: its name; NULL: not known. */
    double (*speed)(const char *device, bool mixed);
} hnn_engine_about;

/* The description of an engine-<name>.so is this symbol of it. */
#define HNN_ENGINE_ABOUT "hnn_this_engine"
__attribute__((visibility("default"))) extern const hnn_engine_about hnn_this_engine;

#endif
