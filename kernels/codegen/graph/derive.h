/* SPDX-License-Identifier: BSD-3-Clause */
/* What is derived from a program's blocks once they are there. */
#ifndef HNN_CODEGEN_DERIVE_H
#define HNN_CODEGEN_DERIVE_H

#include "codegen/graph/program.h"

/* columns.c: lookups and tabulated, from state. */
void gen_find_columns(gen_program *program);

/* receive.c: does NET_RECEIVE add to states, in proportion to the weight, and no more? */
bool gen_receive_is_additive(gen_program *program);

#endif
