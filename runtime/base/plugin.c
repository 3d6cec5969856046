/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/plugin.h"

#include "base/memory.h"
#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's messages read "<object>: <what>[: <why>]". */
char *hnn_plugin_explain(const char *path, const char *dlerror_text)
{
    const char *said = dlerror_text ? dlerror_text : "no reason given";
    const char *colon = strstr(said, ": ");
    if (!colon)
        return hnn_printf("%s cannot be loaded: %s", path, said);
    int object_length = (int)(colon - said);
    const char *what = colon + 2;
    bool itself = strlen(path) == (size_t)object_length && strncmp(path, said, object_length) == 0;

    if (strstr(what, "cannot open shared object file")) {
        if (itself)
            return hnn_printf("%s is not there or cannot be read", path);
        return hnn_printf("it needs the library %.*s, which is not installed or not where the "
                          "system looks for libraries",
                          object_length, said);
    }
    const char *symbol = strstr(what, "undefined symbol: ");
    if (symbol)
        return hnn_printf("%.*s needs the symbol %s, which none of its libraries has; they are of "
                          "another version than the one it was built with",
                          object_length, said, symbol + strlen("undefined symbol: "));
    if (strstr(what, "version `") && strstr(what, "not found"))
        return hnn_printf("a library is older than what it was built with: %s", said);
    if (strstr(what, "file too short") || strstr(what, "invalid ELF header") ||
        strstr(what, "wrong ELF class"))
        return hnn_printf("%.*s is damaged or made for another kind of machine (%s)", object_length,
                          said, what);
    return hnn_printf("%.*s cannot be loaded: %s", object_length, said, what);
}

void *hnn_plugin_load(const char *path, hnn_plugin_scope scope, const char *entry, char **why_not)
{
    *why_not = NULL;
    if (access(path, R_OK) != 0) {
        *why_not = hnn_printf("%s is not there or cannot be read", path);
        return NULL;
    }
    /* Everything is resolved now, so that a missing symbol is told here and not met in the
     * middle of a run. */
    int flags = RTLD_NOW | (scope == HNN_PLUGIN_GLOBAL ? RTLD_GLOBAL : RTLD_LOCAL);
    void *object = dlopen(path, flags);
    if (!object) {
        *why_not = hnn_plugin_explain(path, dlerror());
        return NULL;
    }
    void *symbol = dlsym(object, entry);
    if (!symbol) {
        *why_not =
            hnn_printf("%s is not a plug-in of hnn-run %s: it has no %s", path, HNN_VERSION, entry);
        dlclose(object);
    }
    return symbol;
}

bool hnn_plugin_name_valid(const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)name[i];
        bool later = isdigit(c) || c == '-' || c == '_';
        if (c > 127 || !(isalpha(c) || (i > 0 && later)))
            return false;
    }
    return n > 0;
}
