/* Reading drives: the two parts, when their cells fire and what they reach. */
#ifndef HNN_DRIVES_INTERNAL_H
#define HNN_DRIVES_INTERNAL_H

#include "model/reader.h"

/* Location, weights, delays, rates and probabilities of the cell types a drive reaches. */
void hnn_read_targets(hnn_reader *reader, hnn_drive *drive, const hnn_node *node);

void hnn_read_drives(hnn_reader *reader, const hnn_node *drives);
hnn_node *hnn_write_drive(hnn_arena *arena, const hnn_model *model, const hnn_drive *drive);

#endif
