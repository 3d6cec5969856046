#include "run/batch.h"
#include "run/signals.h"

#include <stdlib.h>
#include <string.h>

/* Votes: a failure outweighs a signal, the lowest failing rank all others. */
enum { FAILURE_VOTE = 1 << 20 };

static bool alone(const hnn_run_context *ctx)
{
    return !ctx->world.api || ctx->world.api->size(ctx->world.comm) == 1;
}

/* The failing rank's errors as one text: what the others need to know of them. */
static char *join_errors(hnn_run_context *ctx, int rank)
{
    hnn_batch_place_errors(ctx);
    char *text = hnn_strdup("");
    for (size_t i = 0; i < ctx->errors.n; i++) {
        const hnn_error *e = &ctx->errors.items[i];
        char *grown = hnn_printf("%s%s%s%s%s", text, i ? "; " : "", e->context ? e->context : "",
                                 e->context ? ": " : "", e->message);
        free(text);
        text = grown;
    }
    char *named =
        hnn_printf("rank %d on %s: %s", rank, ctx->machine.host ? ctx->machine.host : "?", text);
    free(text);
    return named;
}

typedef struct verdict {
    int64_t status, bytes;
} verdict;

/* Brings the errors of another rank to the root, and its status to all. */
static hnn_status take_verdict(hnn_run_context *ctx, int failed, hnn_status own)
{
    const hnn_comm_api *api = ctx->world.api;
    int rank = api->rank(ctx->world.comm);
    HNN_AUTO_FREE char *text = rank == failed ? join_errors(ctx, rank) : NULL;
    verdict v = {own, text ? (int64_t)strlen(text) + 1 : 0};
    hnn_errors ignored = {0};
    if (api->broadcast(ctx->world.comm, &v, sizeof v, failed, &ignored) == HNN_OK) {
        if (!text)
            text = hnn_alloc((size_t)v.bytes, 1);
        if (api->broadcast(ctx->world.comm, text, (size_t)v.bytes, failed, &ignored) != HNN_OK)
            text[0] = '\0';
    }
    if (rank != failed) {
        hnn_errors_clear(&ctx->errors);
        hnn_fail(&ctx->errors, (hnn_status)v.status, "%s", text ? text : "a rank failed");
    }
    hnn_errors_clear(&ignored);
    return (hnn_status)v.status;
}

static hnn_status tell(hnn_run_context *ctx, hnn_status status)
{
    if (hnn_batch_tries_less(ctx, status)) {
        for (size_t i = 0; i < ctx->errors.n; i++) {
            HNN_AUTO_FREE char *text = hnn_error_text(&ctx->errors.items[i]);
            hnn_report_detail(ctx->reporter, 1, "with fewer at a time after %s", text);
        }
    } else {
        hnn_report_errors(ctx->reporter, &ctx->errors);
    }
    hnn_errors_clear(&ctx->errors);
    return status;
}

static hnn_status tell_own(hnn_run_context *ctx, hnn_status status)
{
    hnn_batch_place_errors(ctx);
    return tell(ctx, status);
}

hnn_status hnn_run_agree(hnn_run_context *ctx, hnn_status status)
{
    int signal_number = hnn_signals_caught();
    if (alone(ctx)) {
        if (status != HNN_OK)
            return tell_own(ctx, status);
        ctx->signal_number = signal_number;
        return signal_number ? HNN_ERR_INTERRUPTED : HNN_OK;
    }
    int size = ctx->world.api->size(ctx->world.comm);
    int rank = ctx->world.api->rank(ctx->world.comm);
    int64_t vote = status != HNN_OK ? FAILURE_VOTE + size - rank : signal_number, worst;
    hnn_status sent = ctx->world.api->max(ctx->world.comm, vote, &worst, &ctx->errors);
    if (sent != HNN_OK)
        return tell_own(ctx, sent);
    if (worst > FAILURE_VOTE)
        return tell(ctx, take_verdict(ctx, size - (int)(worst - FAILURE_VOTE), status));
    ctx->signal_number = (int)worst;
    return worst ? HNN_ERR_INTERRUPTED : HNN_OK;
}

hnn_status hnn_run_agree_least(hnn_run_context *ctx, int64_t value, int64_t *out)
{
    int64_t most = -value;
    hnn_status status = ctx->world.api->max(ctx->world.comm, -value, &most, &ctx->errors);
    *out = -most;
    return hnn_run_agree(ctx, status);
}

void hnn_run_abort_if_others_wait(hnn_run_context *ctx, hnn_status status)
{
    if (alone(ctx) || ctx->plan.ranks_per_group == 1)
        return;
    /* only the root has a reporter, and it may be one of those that wait */
    HNN_AUTO_FREE char *text = join_errors(ctx, ctx->plan.rank);
    fprintf(stderr, "error: %s\n", text);
    ctx->world.api->abort(ctx->world.comm, hnn_exit_status(status));
}
