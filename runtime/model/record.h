/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run can be asked to record: the table of outputs.
 *
 * A row is a key of `record:`, a word of --record and a field of hnn_record.  What an output does
 * with samples, and what it writes, is in a file of its own: record/outputs/<name>.c.  */
#ifndef HNN_MODEL_RECORD_H
#define HNN_MODEL_RECORD_H

#include "base/error.h"

/* name, what it can be given, what it is unless given.  Results hold outputs in this order. */
#define HNN_RECORD_ROWS(ROW)                                                                       \
    ROW(dipole, HNN_GIVEN_FLAG, HNN_RECORD_ON)                                                     \
    ROW(spikes, HNN_GIVEN_FLAG, HNN_RECORD_ON)                                                     \
    ROW(vsec, HNN_GIVEN_EXTENT, HNN_RECORD_OFF)                                                    \
    ROW(isec, HNN_GIVEN_EXTENT, HNN_RECORD_OFF)                                                    \
    ROW(ca, HNN_GIVEN_EXTENT, HNN_RECORD_OFF)                                                      \
    ROW(dipole_mean, HNN_GIVEN_FLAG, HNN_RECORD_OFF)

/* A flag: true or false.  An extent: of which sections, soma, all or (false) none. */
typedef enum hnn_given { HNN_GIVEN_FLAG, HNN_GIVEN_EXTENT } hnn_given;

typedef enum hnn_extent {
    HNN_RECORD_OFF,
    HNN_RECORD_ON, /* of a flag */
    HNN_RECORD_SOMA = HNN_RECORD_ON,
    HNN_RECORD_ALL
} hnn_extent;

#define HNN_RECORD_KEY(name, given, standard) HNN_KEY_##name,
typedef enum hnn_record_key { HNN_RECORD_ROWS(HNN_RECORD_KEY) HNN_RECORD_KEYS } hnn_record_key;
#undef HNN_RECORD_KEY

#define HNN_RECORD_FIELD(name, given, standard) hnn_extent name;
typedef union hnn_record {
    struct {
        HNN_RECORD_ROWS(HNN_RECORD_FIELD)
    };
    hnn_extent of[HNN_RECORD_KEYS]; /* the same, by key */
} hnn_record;
#undef HNN_RECORD_FIELD

typedef struct hnn_record_row {
    const char *name;
    hnn_given given;
    hnn_extent standard;
} hnn_record_row;

extern const hnn_record_row hnn_record_rows[HNN_RECORD_KEYS];

hnn_record hnn_record_standard(void);
/* The key of that name, HNN_RECORD_KEYS where there is none. */
hnn_record_key hnn_record_find(const char *name);
/* "true", "false", "soma" or "all": as model files have it. */
const char *hnn_record_word(hnn_given given, hnn_extent extent);
/* The extent "soma" or "all"; false for any other word. */
bool hnn_extent_parse(const char *word, hnn_extent *out);

#endif
