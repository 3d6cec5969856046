/* SPDX-License-Identifier: BSD-3-Clause */
/* What results.h5 has beside its trials. Internal to results. */
#ifndef HNN_RESULTS_H5_HEADER_H
#define HNN_RESULTS_H5_HEADER_H

#include "network/network.h"
#include "results/attributes.h"
#include "results/h5_parts.h"

/* The attributes of the root, /time, /cells and /drive_cells, in this order. */
herr_t hnn_h5_write_header(const hnn_h5_options *options, hid_t file, const hnn_network *network,
                           hnn_results_attributes attributes);

#endif
