#include "plan/cuda_judge.h"

#include "base/memory.h"
#include <stdlib.h>

void hnn_cuda_judge(const hnn_cuda *cuda, const hnn_machine *machine, hnn_engine_info *info)
{
    char *obstacle = hnn_cuda_obstacle(cuda, machine);
    if (!obstacle)
        return;
    info->usable = false;
    if (!info->api && info->why_not) {
        /* Both are missing: whoever installs the engine needs the driver as well. */
        char *both = hnn_printf("%s; %s", info->why_not, obstacle);
        free(obstacle);
        obstacle = both;
    }
    free(info->why_not);
    info->why_not = obstacle;
}
