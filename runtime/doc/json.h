/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON values (jansson): from documents and C values, and as text. */
#ifndef HNN_JSON_H
#define HNN_JSON_H

#include "doc/doc.h"
#include <jansson.h>

/* A string value; bytes that are not UTF-8 become question marks; NULL gives null. */
json_t *hnn_json_string(const char *text);
/* A number; null where JSON has none (NaN, infinities). */
json_t *hnn_json_number(double value);

/* Members of an object. */
void hnn_json_set_string(json_t *object, const char *key, const char *text);
void hnn_json_set_integer(json_t *object, const char *key, long long value);
/* Rounded to so many decimals, for what is not known more exactly. */
void hnn_json_set_rounded(json_t *object, const char *key, double value, int decimals);

/* A document as JSON: plain scalars become numbers, booleans and null. */
json_t *hnn_json_from_doc(const hnn_node *node);

/* As text: on one line when indent is 0, else indented by that many spaces.  Numbers are
 * the shortest that read back equal, members keep their order.  Caller frees.    */
char *hnn_json_text(const json_t *value, int indent);

#endif
