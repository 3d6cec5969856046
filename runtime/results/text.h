/* hnn-core's text formats. Internal to results. */
#ifndef HNN_RESULTS_TEXT_H
#define HNN_RESULTS_TEXT_H

#include "engine/engine.h"
#include "network/network.h"

/* Time (ms), agg and the types (nAm), one row per sample.  rows: 1 + types rows of n, already
 * processed.  hnn-core reads exactly two or four columns: with two types both are
 * written, otherwise agg alone.                                               */
hnn_status hnn_text_write_dipole(const char *path, const hnn_model *model, const double *rows,
                                 size_t n, hnn_errors *errors) HNN_MUST_CHECK;
/* Time (ms), gid and type, one row per spike, in the order given. */
hnn_status hnn_text_write_spikes(const char *path, const hnn_network *network,
                                 const hnn_spike *spikes, size_t n,
                                 hnn_errors *errors) HNN_MUST_CHECK;
hnn_status hnn_text_write(const char *path, const char *text, hnn_errors *errors) HNN_MUST_CHECK;

#endif
