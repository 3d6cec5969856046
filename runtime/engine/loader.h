/* Finding and loading engines: shared objects engine-<name>.so in the plug-in folder. */
#ifndef HNN_ENGINE_LOADER_H
#define HNN_ENGINE_LOADER_H

#include "engine/engine.h"

typedef struct hnn_engine_info {
    char *name;    /* "neuron" */
    char *path;    /* of the shared object; NULL when it is not installed */
    char *why_not; /* NULL when usable, else why not, fit to follow "not usable: " */
    bool usable;
    /* NULL when it could not be loaded. An engine that was loaded stays so until the process
     * ends: their libraries (NEURON, MPI) do not survive being unloaded. */
    const hnn_engine_api *api;
    hnn_catalogue catalogue; /* of its mechanisms; empty when it could not be loaded */
} hnn_engine_info;

typedef struct hnn_engine_list {
    hnn_engine_info *items; /* owned */
    size_t n;
} hnn_engine_list;

/* One engine by name: loads it, checks its interface version and asks it whether this
 * machine can run it.  Never fails: what is wrong is told in why_not.  options may be
 * NULL: one thread, no MPI, no device, no data folder.                         */
void hnn_engine_probe(const char *plugin_dir, const char *name, const hnn_engine_options *options,
                      hnn_engine_info *out);
void hnn_engine_info_free(hnn_engine_info *info);

/* Every known engine (native, neuron, cuda), then every other engine-*.so in the folder
 * by name, each probed.                                                        */
void hnn_engine_list_probe(const char *plugin_dir, const hnn_engine_options *options,
                           hnn_engine_list *out);
/* Adds the mechanisms of all engines of the list, which has to outlive it; where several have one
 * of the same name, the first engine's. */
hnn_status hnn_engine_list_catalogue(const hnn_engine_list *list, hnn_catalogue *out,
                                     hnn_errors *errors) HNN_MUST_CHECK;
void hnn_engine_list_free(hnn_engine_list *list);

#endif
