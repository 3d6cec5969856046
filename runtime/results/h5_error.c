/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/h5_error.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static herr_t look_at_entry(unsigned depth, const H5E_error2_t *error, void *data)
{
    hnn_h5_reason *reason = data;
    if (!error->desc)
        return 0;
    if (depth == 0)
        snprintf(reason->text, sizeof reason->text, "%s", error->desc);
    const char *number = strstr(error->desc, "errno = ");
    if (number && !reason->number)
        reason->number = atoi(number + strlen("errno = "));
    return 0;
}

/* HDF5 calls this as a failing call returns. */
static herr_t keep_reason(hid_t stack, void *data)
{
    hnn_h5_reason *reason = data;
    if (reason && reason->text[0] == '\0')
        H5Ewalk2(stack, H5E_WALK_UPWARD, look_at_entry, reason);
    return 0;
}

void hnn_h5_watch(hnn_h5_reason *reason)
{
    if (reason)
        *reason = (hnn_h5_reason){0};
    H5Eset_auto2(H5E_DEFAULT, keep_reason, reason);
}

hnn_status hnn_h5_fail(hnn_errors *errors, const char *path, const char *what,
                       const hnn_h5_reason *reason)
{
    const char *why = reason->number > 0 ? strerror(reason->number)
                      : reason->text[0]  ? reason->text
                                         : "HDF5 gives no reason";
    return hnn_fail(errors, HNN_ERR_OUTPUT, "cannot write %s (%s): %s", path, what, why);
}
