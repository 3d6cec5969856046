/* Reading drives: the two parts, when their cells fire and what they reach. */
#ifndef HNN_READ_DRIVES_H
#define HNN_READ_DRIVES_H

#include "model/reader.h"

/* Location, weights, delays, rates and probabilities of the cell types a drive reaches. */
void hnn_read_targets(hnn_reader *reader, hnn_drive *drive, const hnn_node *node);

#endif
