/* The engines that share this rank's trials: one for each of its GPUs, and with them the
 * native engine where that was asked for.                                      */
#ifndef HNN_MEMBERS_H
#define HNN_MEMBERS_H

#include "run/context.h"

/* Opens them as one engine, ctx->api and ctx->engine.  options: those of an engine that is alone
 * on this rank.                                                                */
hnn_status hnn_run_open_members(hnn_run_context *ctx,
                                const hnn_engine_options *options) HNN_MUST_CHECK;

/* What the engines say of themselves; caller frees. */
char *hnn_run_describe_engine(const hnn_run_context *ctx);

#endif
