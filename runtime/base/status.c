/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/status.h"

int hnn_exit_status(hnn_status code)
{
    static const int exit_status[] = {
#define HNN_STATUS_EXIT(id, status, name, doc) [id] = (status),
        HNN_STATUS_LIST(HNN_STATUS_EXIT)
#undef HNN_STATUS_EXIT
    };
    return exit_status[code];
}

const char *hnn_status_name(hnn_status code)
{
    static const char *const names[] = {
#define HNN_STATUS_NAME(id, status, name, doc) [id] = (name),
        HNN_STATUS_LIST(HNN_STATUS_NAME)
#undef HNN_STATUS_NAME
    };
    return names[code];
}
