/* SPDX-License-Identifier: BSD-3-Clause */
/* Which engines are installed: the shared objects engine-<name>.so of the plug-in folder.
 *
 * Reading the folder loads each of them, which is cheap (engine/about.h, library); only asking an
 * engine whether it is usable loads what it computes with.                      */
#ifndef HNN_ENGINE_REGISTRY_H
#define HNN_ENGINE_REGISTRY_H

#include "catalogue/catalogue.h"
#include "engine/engine.h"

/* The word that stands for the program's own choice among the engines. */
#define HNN_ENGINE_AUTO "auto"

typedef struct hnn_installed_engine {
    char *name; /* of the file */
    char *path;
    char *fault;             /* what is wrong with the file; NULL: it describes an engine */
    hnn_engine_about about;  /* where nothing is wrong, ... */
    hnn_catalogue catalogue; /* ... with its mechanisms */

    /* Once it was probed: */
    bool probed, usable;
    char *why_not; /* NULL when usable, else why not, fit to follow "not usable: " */
    /* NULL when it could not be loaded.  An engine that was loaded stays so until the process
     * ends: their libraries (NEURON, MPI) do not survive being unloaded. */
    const hnn_engine_api *api;
    hnn_engine_api functions; /* what api points to */
} hnn_installed_engine;

typedef struct hnn_registry {
    char *folder;
    /* In the order in which auto takes them, equals by name; those with a fault come last. */
    hnn_installed_engine *engines;
    size_t n, n_good; /* engines; those without a fault */
} hnn_registry;

/* Never fails: a folder that is not there has no engines, and what is wrong with a file is its
 * fault.  Engines stay where they are until the registry is freed.              */
void hnn_registry_read(const char *plugin_dir, hnn_registry *out);
void hnn_registry_free(hnn_registry *registry);

/* With or without a fault; NULL when no file has that name. */
hnn_installed_engine *hnn_registry_find(const hnn_registry *registry, const char *name);

/* Adds the mechanisms of all engines without a fault; where several have one of the same name, the
 * first engine's.  The registry has to outlive the catalogue.                     */
hnn_status hnn_registry_catalogue(const hnn_registry *registry, hnn_catalogue *out,
                                  hnn_errors *errors) HNN_MUST_CHECK;

/* Loads the engine and asks it whether this machine can run it; a second time does nothing.
 * options may be NULL: one thread, no MPI, no device, no data folder.           */
void hnn_engine_probe(hnn_installed_engine *engine, const hnn_engine_options *options);

#endif
