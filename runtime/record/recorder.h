/* SPDX-License-Identifier: BSD-3-Clause */
/* The recorder: brings what the ranks' engines produced together on the root.
 *
 * Ranks form groups; a group simulates one trial at a time (per slot) of one of the networks of
 * the batch, its ranks own the cells gid % group_size == rank within the group.  Contributions of
 * single cells travel to the root unsummed and are added there in the order of gids, so that the
 * sums do not depend on how cells were distributed.                            */
#ifndef HNN_RECORDER_H
#define HNN_RECORDER_H

#include "comm/comm.h"
#include "record/samples.h"

typedef struct hnn_recorder hnn_recorder;

/* world: all ranks, group g being world ranks g*group_size .. (g+1)*group_size - 1. */
hnn_recorder *hnn_recorder_create(const hnn_comm_api *api, hnn_comm *world, int group_size);
void hnn_recorder_destroy(hnn_recorder *recorder);

/* Called by every rank with its chunk and the network that it is of; both NULL from a rank whose
 * group has no trial.  takes: HNN_TAKES_... of what is recorded of that network. */
hnn_status hnn_recorder_collect(hnn_recorder *recorder, const hnn_network *network, unsigned takes,
                                const hnn_chunk *chunk, hnn_errors *errors) HNN_MUST_CHECK;

/* On the root, after a collect: the samples of a group's trial, which was one of that network.
 * Arrays are the recorder's, valid until the next call of either.  HNN_ERR_SIMULATION where a rank
 * sent other samples than the rest of its group, or not all of its cells'.     */
hnn_status hnn_recorder_group(hnn_recorder *recorder, int group, const hnn_network *network,
                              unsigned takes, hnn_samples *samples,
                              hnn_errors *errors) HNN_MUST_CHECK;

#endif
