/* The recorder: brings what the ranks' engines produced together on the root.
 *
 * Ranks form groups; a group simulates one trial at a time (per slot) of one of the networks of
 * the batch, its ranks own the cells gid % group_size == rank within the group.  Contributions of
 * single cells travel to the root unsummed and are added there in the order of gids, so that the
 * sums do not depend on how cells were distributed.                            */
#ifndef HNN_RECORDER_H
#define HNN_RECORDER_H

#include "comm/comm.h"
#include "engine/engine.h"
#include "results/results.h"

typedef struct hnn_recorder hnn_recorder;

/* world: all ranks, group g being world ranks g*group_size .. (g+1)*group_size - 1. */
hnn_recorder *hnn_recorder_create(const hnn_comm_api *api, hnn_comm *world, int group_size);
void hnn_recorder_destroy(hnn_recorder *recorder);

/* Called by every rank with its chunk and the network that it is of; both NULL from a rank whose
 * group has no trial.                                                          */
hnn_status hnn_recorder_collect(hnn_recorder *recorder, const hnn_network *network,
                                const hnn_chunk *chunk, hnn_errors *errors) HNN_MUST_CHECK;

/* On the root, after a collect: the samples and spikes of a group's trial, which was one of that
 * network.  Arrays are the recorder's, valid until the next call of either.              */
void hnn_recorder_group(hnn_recorder *recorder, int group, const hnn_network *network,
                        hnn_samples *samples, const hnn_spike **spikes, size_t *n_spikes);

#endif
