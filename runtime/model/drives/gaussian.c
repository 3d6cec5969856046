/* SPDX-License-Identifier: BSD-3-Clause */
/* gaussian: evoked by another name. */
#include "model/drives/drives_internal.h"

const hnn_drive_kind hnn_drive_gaussian = {
    .name = "gaussian",
    .keys = hnn_evoked_keys,
    .space_constant = 3,
    .read = hnn_evoked_read,
    .write = hnn_evoked_write,
    .describe = hnn_evoked_describe,
    .expect = hnn_evoked_expect,
    .sample = hnn_evoked_sample,
};
