/* The engines that run on this rank, as one. */
#ifndef HNN_RUN_ENGINES_H
#define HNN_RUN_ENGINES_H

#include "run/context.h"

/* Opens the plan's engines as one engine, ctx->api and ctx->engine: a device group
 * (engine/device_group.h) where any of them computes on GPUs or several share the trials.
 * Describes them in ctx->engine_description.                                    */
hnn_status hnn_run_open_engines(hnn_run_context *ctx) HNN_MUST_CHECK;

#endif
