/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/environment.h"

#include <string.h>

const char *hnn_env_get(const char *const *env, const char *name)
{
    size_t n = strlen(name);
    for (; env && *env; env++)
        if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
            return *env + n + 1;
    return NULL;
}
