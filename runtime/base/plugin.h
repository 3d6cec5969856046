/* SPDX-License-Identifier: BSD-3-Clause */
/* Loading a shared object and telling in plain words why it cannot be. */
#ifndef HNN_PLUGIN_H
#define HNN_PLUGIN_H

#include "base/error.h"

typedef enum hnn_plugin_scope {
    HNN_PLUGIN_LOCAL, /* its symbols and its libraries' stay its own */
    HNN_PLUGIN_GLOBAL /* its libraries load plug-ins of their own that need their symbols */
} hnn_plugin_scope;

/* The symbol `entry` of the shared object at path.  The object stays loaded until the
 * process ends.  NULL on failure, and *why_not (caller frees) says why, fit to follow
 * "cannot be used: ".                                                          */
void *hnn_plugin_load(const char *path, hnn_plugin_scope scope, const char *entry, char **why_not);

/* Can these n characters name a plug-in, and so be a part of its file's name: a letter, then
 * letters, digits, - and _?                                                    */
bool hnn_plugin_name_valid(const char *name, size_t n);

/* What dlerror() said about loading path, in plain words; caller frees. */
char *hnn_plugin_explain(const char *path, const char *dlerror_text);

#endif
