/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/probe.h"

#include "base/memory.h"
#include <stdlib.h>

/* Both may be missing: whoever installs the engine needs the driver as well. */
void hnn_cuda_judge(const hnn_cuda *cuda, const hnn_machine *machine, hnn_installed_engine *engine)
{
    char *obstacle = hnn_cuda_obstacle(cuda, machine);
    if (!obstacle)
        return;
    engine->usable = false;
    if (!engine->api && engine->why_not) {
        char *both = hnn_printf("%s; %s", engine->why_not, obstacle);
        free(obstacle);
        obstacle = both;
    }
    free(engine->why_not);
    engine->why_not = obstacle;
}

void hnn_plan_probe(const hnn_cuda *cuda, const hnn_machine *machine,
                    const hnn_engine_options *options, hnn_installed_engine *engine)
{
    if (engine->probed)
        return;
    hnn_engine_probe(engine, options);
    if (engine->about.device == HNN_ON_NVIDIA_GPU && !engine->fault)
        hnn_cuda_judge(cuda, machine, engine);
}
