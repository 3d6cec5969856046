/* SPDX-License-Identifier: BSD-3-Clause */
/* The plan for people and for programs. */
#include "base/memory.h"
#include "doc/json.h"
#include "plan/plan.h"

#include <stdlib.h>

static json_t *integers(const int *values, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_integer(values[i]));
    return list;
}

static json_t *share_json(const hnn_plan_share *share)
{
    return json_pack("{s:i, s:i, s:o, s:o}", "host_rank", share->host_rank, "cores", share->n_cores,
                     "cpus", integers(share->pus, share->n_pus), "devices",
                     integers(share->devices, share->n_devices));
}

json_t *hnn_plan_json(const hnn_plan *plan)
{
    json_t *shares = json_array(), *warnings = json_array(), *names = json_array();
    for (int i = 0; i < plan->n_shares; i++)
        json_array_append_new(shares, share_json(&plan->shares[i]));
    for (int i = 0; i < plan->n_warnings; i++)
        json_array_append_new(warnings, json_string(plan->warnings[i]));
    for (int i = 0; i < plan->n_devices; i++)
        json_array_append_new(names, plan->device_names[i] ? hnn_json_string(plan->device_names[i])
                                                           : json_null());
    return json_pack("{s:s, s:s, s:s, s:s?, s:i, s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b, "
                     "s:s, s:o, s:o, s:o, s:o, s:o}",
                     "engine", plan->engine, "reason", plan->reason, "precision",
                     hnn_plan_precision(plan), "precision_reason", plan->precision_reason, "ranks",
                     plan->ranks, "start_mpi", plan->start_mpi, "groups", plan->groups,
                     "ranks_per_group", plan->ranks_per_group, "rank", plan->rank, "group",
                     plan->group, "group_rank", plan->group_rank, "trials", plan->trials, "points",
                     plan->points, "threads", plan->threads, "bind", plan->bind, "binding",
                     plan->binding, "shares", shares, "devices",
                     integers(plan->devices, plan->n_devices), "device_names", names, "warnings",
                     warnings, "cuda", plan->cuda ? hnn_cuda_json(plan->cuda, false) : json_null());
}

const char *hnn_plan_precision(const hnn_plan *plan)
{
    return plan->mixed ? "mixed" : "double";
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* "0-3,8"; caller frees. */
static char *cpu_list(const int *pus, int n)
{
    HNN_AUTO_FREE int *sorted = hnn_alloc((size_t)n, sizeof *sorted);
    for (int i = 0; i < n; i++)
        sorted[i] = pus[i];
    qsort(sorted, (size_t)n, sizeof *sorted, by_number);
    char *text = hnn_strdup("");
    for (int i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end] == sorted[end - 1] + 1; end++) {
        }
        char *longer = end - i == 1 ? hnn_printf("%s%s%d", text, *text ? "," : "", sorted[i])
                                    : hnn_printf("%s%s%d-%d", text, *text ? "," : "", sorted[i],
                                                 sorted[end - 1]);
        free(text);
        text = longer;
    }
    return text;
}

static void print_shares(const hnn_plan *plan, FILE *to)
{
    for (int i = 0; i < plan->n_shares; i++) {
        const hnn_plan_share *share = &plan->shares[i];
        HNN_AUTO_FREE char *cpus = cpu_list(share->pus, share->n_pus);
        fprintf(to, "%-9s", i == 0 ? "cores" : "");
        bool all_the_same = plan->n_shares > 1 && !plan->bind;
        if (all_the_same)
            fprintf(to, "shared by %d ranks: ", plan->n_shares);
        else if (plan->ranks > 1)
            fprintf(to, "rank %d of this host: ", share->host_rank);
        fprintf(to, "%d (CPUs %s)\n", share->n_cores, cpus);
        if (all_the_same)
            break;
    }
}

static void print_devices(const hnn_plan *plan, FILE *to)
{
    if (plan->n_devices == 0)
        return;
    fprintf(to, "%-9s", plan->n_devices == 1 ? "device" : "devices");
    for (int i = 0; i < plan->n_devices; i++)
        fprintf(to, "%s%d%s%s", i ? ", " : "", plan->devices[i], plan->device_names[i] ? ": " : "",
                plan->device_names[i] ? plan->device_names[i] : "");
    for (int i = 0; plan->n_shares > 1 && i < plan->n_shares; i++) {
        const hnn_plan_share *share = &plan->shares[i];
        fprintf(to, "%s rank %d on", i ? "," : "; of this host", share->host_rank);
        for (int k = 0; k < share->n_devices; k++)
            fprintf(to, "%s %d", k ? " and" : "", share->devices[k]);
    }
    fprintf(to, "\n");
}

static void print_cuda(const hnn_cuda *cuda, FILE *to)
{
    const hnn_cuda_place *driver = cuda->drivers.taken, *toolkit = cuda->toolkits.taken;
    fprintf(to, "%-9s", "CUDA");
    if (driver) {
        HNN_AUTO_FREE char *version = hnn_cuda_version_text(driver->version);
        fprintf(to, "driver%s%s in %s (%s)", driver->version ? " for CUDA " : "",
                driver->version ? version : "", driver->path, driver->from);
    } else {
        fprintf(to, "no driver");
    }
    if (toolkit) {
        HNN_AUTO_FREE char *version = hnn_cuda_version_text(toolkit->version);
        fprintf(to, "; toolkit %s in %s (%s)\n", version, toolkit->path, toolkit->from);
    } else {
        fprintf(to, "; no toolkit\n");
    }
}

void hnn_plan_print(const hnn_plan *plan, FILE *to)
{
    fprintf(to, "%-9s%s. %s\n", "engine", plan->engine, plan->reason);
    if (plan->precision_reason)
        fprintf(to, "%-9s%s: %s\n", "numbers", hnn_plan_precision(plan), plan->precision_reason);
    fprintf(to, "%-9s%d", "ranks", plan->ranks);
    if (plan->ranks > 1)
        fprintf(to, " in %d group%s of %d: trials over groups, cells over the ranks of a group",
                plan->groups, plan->groups == 1 ? "" : "s", plan->ranks_per_group);
    fprintf(to, "%s\n", plan->start_mpi ? "; started by mpirun" : "");
    fprintf(to, "%-9s%d\n", "trials", plan->trials);
    if (plan->points > 1)
        fprintf(to, "%-9s%d at a time, as memory allows\n", "points", plan->points);
    fprintf(to, "%-9s%d%s\n", "threads", plan->threads, plan->ranks > 1 ? " in each rank" : "");
    print_shares(plan, to);
    fprintf(to, "%-9s%s\n", "binding", plan->binding);
    print_devices(plan, to);
    if (plan->cuda)
        print_cuda(plan->cuda, to);
    for (int i = 0; i < plan->n_warnings; i++)
        fprintf(to, "%-9s%s\n", "warning", plan->warnings[i]);
}
