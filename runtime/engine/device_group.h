/* SPDX-License-Identifier: BSD-3-Clause */
/* A device group: several engines that share the trials of every batch and are one engine to the
 * core.
 *
 * Each member has a thread of its own, from which all calls to its engine but read come; the
 * members' work goes on at the same time.  Which member runs a trial cannot be seen in what it
 * records, as long as their engines compute the same bits.                      */
#ifndef HNN_DEVICE_GROUP_H
#define HNN_DEVICE_GROUP_H

#include "engine/engine.h"

typedef struct hnn_device_group_member {
    const hnn_engine_api *api;
    hnn_engine_options options;
    const char *name; /* for messages: "GPU 0 (NVIDIA H200)" */
    double speed;     /* above 0: trials per second, in any unit that members have in common; until
                         its first trials are measured */
    int full_speed;   /* trials at once from which on more of them do not speed it up */
} hnn_device_group_member;

/* The group as an engine.  As its members are asked beforehand whether they are usable and cover
 * a model, it only has what comes after opening; the rest is NULL.
 *     max_batch  as many trials as keep all members at work for the same time; it follows the
 *                speed that was measured and the memory that there was, so ask before every start
 *     start      gives each member its share of the trials, in their order, so that all will be
 *                ready at the same time.  A member that has no memory for its share takes half as
 *                many from then on.  HNN_ERR_MEMORY: together the members have no room for
 *                n_trials; when max_batch has become smaller, so many can be tried
 *     errors     of all members that failed, each with its name and its trials        */
extern const hnn_engine_api hnn_device_group_api;

/* Starts the threads and opens the members' engines, n of them; what members point to is copied
 * or has to outlive the group (options).  The group is closed by its api.           */
hnn_status hnn_device_group_open(const hnn_device_group_member *members, int n, hnn_engine **out,
                                 hnn_errors *errors) HNN_MUST_CHECK;

#endif
