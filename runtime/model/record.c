/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/record.h"

#include <string.h>

#define RECORD_ROW(name, given, standard) {#name, given, standard},
const hnn_record_row hnn_record_rows[HNN_RECORD_KEYS] = {HNN_RECORD_ROWS(RECORD_ROW)};

hnn_record hnn_record_standard(void)
{
    hnn_record record;
    for (int key = 0; key < HNN_RECORD_KEYS; key++)
        record.of[key] = hnn_record_rows[key].standard;
    return record;
}

hnn_record_key hnn_record_find(const char *name)
{
    int key = 0;
    while (key < HNN_RECORD_KEYS && strcmp(name, hnn_record_rows[key].name) != 0)
        key++;
    return (hnn_record_key)key;
}

const char *hnn_record_word(hnn_given given, hnn_extent extent)
{
    if (extent == HNN_RECORD_OFF)
        return "false";
    if (given == HNN_GIVEN_FLAG)
        return "true";
    return extent == HNN_RECORD_SOMA ? "soma" : "all";
}

bool hnn_extent_parse(const char *word, hnn_extent *out)
{
    bool soma = strcmp(word, "soma") == 0;
    if (!soma && strcmp(word, "all") != 0)
        return false;
    *out = soma ? HNN_RECORD_SOMA : HNN_RECORD_ALL;
    return true;
}
