/* Small helpers on jansson values. */
#ifndef HNN_JSON_H
#define HNN_JSON_H

#include "doc/doc.h"
#include <jansson.h>

/* A string value; bytes that are not UTF-8 become question marks; NULL gives null. */
json_t *hnn_json_string(const char *text);
/* A number; null where JSON has none (NaN, infinities). */
json_t *hnn_json_number(double value);
/* A document as JSON: plain scalars become numbers, booleans and null. */
json_t *hnn_json_from_doc(const hnn_node *node);

#endif
