/* The tables of the mechanisms: filled once per run, shared by all cells. */
#ifndef HNN_NATIVE_TABLES_H
#define HNN_NATIVE_TABLES_H

#include "base/error.h"
#include "kernel.h"

typedef struct native_tables native_tables;

native_tables *native_tables_create(const hnn_kernel_set *set, double dt, double celsius);
void native_tables_destroy(native_tables *tables); /* NULL is fine */
const hnn_kernel_set *native_tables_set(const native_tables *tables);
/* Nothing in it differs between places. */
const hnn_kernel_env *native_tables_env(const native_tables *tables);
/* The tables of a mechanism, in its setup's order. */
const hnn_table *native_tables_get(native_tables *tables, const hnn_mechanism_setup *setup);
/* The caller frees them. */
double *native_default_params(const hnn_mechanism_setup *setup);

/* Zeroed, aligned to 64 bytes; NULL when there is no memory. */
double *native_doubles(size_t n);

#endif
