/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of drive kinds: a line for each, in the order in which messages name them.  X(name)
 * stands for the row hnn_drive_<name>, which is defined in <name>.c.          */
#ifndef HNN_DRIVES_KINDS_H
#define HNN_DRIVES_KINDS_H

#include "model/drives/drives.h"

#define HNN_DRIVE_KINDS(X)                                                                         \
    X(evoked)                                                                                      \
    X(gaussian)                                                                                    \
    X(poisson)                                                                                     \
    X(inhomogeneous_poisson)                                                                       \
    X(bursty)                                                                                      \
    X(spike_train)

#define HNN_DRIVE_DECLARE(name) extern const hnn_drive_kind hnn_drive_##name;
HNN_DRIVE_KINDS(HNN_DRIVE_DECLARE)
#undef HNN_DRIVE_DECLARE

#endif
