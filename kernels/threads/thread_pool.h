/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads that do the same piece of work together. */
#ifndef HNN_THREADS_THREAD_POOL_H
#define HNN_THREADS_THREAD_POOL_H

#include "base/error.h"

typedef struct thread_pool thread_pool;

typedef void thread_pool_work(void *context, int thread);

/* n threads, the caller's among them. */
hnn_status thread_pool_create(int n, thread_pool **out, hnn_errors *errors) HNN_MUST_CHECK;
void thread_pool_destroy(thread_pool *pool); /* NULL is fine */
int thread_pool_size(const thread_pool *pool);
/* Calls work(context, thread) in every thread and returns when all have returned. */
void thread_pool_run(thread_pool *pool, thread_pool_work *work, void *context);

#endif
