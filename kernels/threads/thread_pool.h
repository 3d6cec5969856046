/* Threads that do the same piece of work together. */
#ifndef HNN_NATIVE_POOL_H
#define HNN_NATIVE_POOL_H

#include "base/error.h"

typedef struct native_pool native_pool;

typedef void native_work(void *context, int thread);

/* n threads, the caller's among them. */
hnn_status native_pool_create(int n, native_pool **out, hnn_errors *errors) HNN_MUST_CHECK;
void native_pool_destroy(native_pool *pool); /* NULL is fine */
int native_pool_threads(const native_pool *pool);
/* Calls work(context, thread) in every thread and returns when all have returned. */
void native_pool_run(native_pool *pool, native_work *work, void *context);

#endif
