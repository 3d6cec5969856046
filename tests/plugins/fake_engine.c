/* An engine that can do nothing but say whether it is usable, and what mechanisms it has. */
#include "engine/engine.h"

#ifndef FAKE_ABI
#define FAKE_ABI HNN_ENGINE_ABI
#endif
#ifndef FAKE_ENTRY
#define FAKE_ENTRY hnn_engine_entry
#endif

static const char *describe(void)
{
    return "a fake";
}

static hnn_status usable(const hnn_engine_options *options, hnn_errors *errors)
{
#ifdef FAKE_UNUSABLE
    return hnn_fail(errors, HNN_ERR_MACHINE, "%d threads are never enough", options->threads);
#else
    (void)options;
    (void)errors;
    return HNN_OK;
#endif
}

static const hnn_mechanism_info leak = {.name = "leak", .title = "A leak"};
static const hnn_mechanism_info *const mechanisms[] = {
    &leak,
#ifdef FAKE_TWICE
    &leak,
#endif
    NULL,
};

__attribute__((visibility("default"))) const hnn_engine_api *FAKE_ENTRY(void);

const hnn_engine_api *FAKE_ENTRY(void)
{
    static const hnn_engine_api api = {.abi = FAKE_ABI,
                                       .name = "fake",
                                       .describe = describe,
                                       .usable = usable,
                                       .mechanisms = mechanisms};
    return &api;
}
