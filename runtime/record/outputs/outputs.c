/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/outputs/outputs.h"

#include <stdlib.h>
#include <string.h>

#define OUTPUT(name, given, standard) [HNN_KEY_##name] = &hnn_output_##name,
static const hnn_output *const outputs[HNN_OUTPUTS] = {[HNN_RECORD_KEYS] = &hnn_output_electrodes,
                                                       HNN_RECORD_ROWS(OUTPUT)};

static bool is_recorded(const hnn_model *model, int output)
{
    return output < HNN_RECORD_KEYS ? model->record.of[output] != HNN_RECORD_OFF
                                    : model->n_electrodes > 0;
}

hnn_outputs hnn_outputs_of(const hnn_model *model)
{
    hnn_outputs list = {0};
    for (int i = 0; i < HNN_OUTPUTS; i++)
        if (is_recorded(model, i))
            list.items[list.n++] = outputs[i];
    return list;
}

unsigned hnn_outputs_take(const hnn_model *model)
{
    unsigned takes = 0;
    hnn_outputs list = hnn_outputs_of(model);
    for (size_t i = 0; i < list.n; i++)
        takes |= list.items[i]->takes;
    return takes;
}

hnn_status hnn_outputs_check(const hnn_model *model, hnn_errors *errors)
{
    hnn_outputs list = hnn_outputs_of(model);
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < list.n && status == HNN_OK; i++)
        if (list.items[i]->check)
            status = list.items[i]->check(model, errors);
    return status;
}

/* ---- sizes ---- */

size_t hnn_output_rows(const hnn_output *output, const hnn_network *network)
{
    size_t n = output->n_datasets ? output->n_datasets(output, network) : 0, rows = 0;
    for (size_t i = 0; i < n; i++) {
        hnn_dataset dataset = output->dataset(output, network, i);
        rows += dataset.rows;
        free(dataset.name);
    }
    return rows;
}

double hnn_outputs_bytes(const hnn_network *network)
{
    const hnn_model *model = network->model;
    hnn_outputs list = hnn_outputs_of(model);
    double trial = 0, run = sizeof(double); /* the time */
    for (size_t i = 0; i < list.n; i++) {
        const hnn_output *output = list.items[i];
        trial += (double)hnn_output_rows(output, network) * sizeof(double);
        trial += output->text_bytes ? output->text_bytes(model) : 0;
        run += output->run_bytes ? output->run_bytes(model) : 0;
    }
    return (double)hnn_model_samples(model) * (run + trial * model->trials);
}

/* ---- files ---- */

char *hnn_output_trial_file(const hnn_output *output, int trial)
{
    return hnn_printf("%s_%d.txt", output->trial_text, trial);
}

/* <text>_<digits>.txt */
static bool is_trial_file(const char *text, const char *name)
{
    size_t n = strlen(text);
    if (strncmp(name, text, n) != 0 || name[n] != '_')
        return false;
    const char *digits = name + n + 1;
    size_t n_digits = strspn(digits, "0123456789");
    return n_digits > 0 && strcmp(digits + n_digits, ".txt") == 0;
}

bool hnn_outputs_own(const char *name)
{
    for (size_t i = 0; i < HNN_OUTPUTS; i++) {
        const hnn_output *output = outputs[i];
        if ((output->trial_text && is_trial_file(output->trial_text, name)) ||
            (output->run_text && strcmp(name, output->run_text) == 0))
            return true;
    }
    return false;
}

void hnn_output_arrays_clear(hnn_output_arrays *arrays)
{
    for (size_t i = 0; i < arrays->n; i++) {
        free(arrays->items[i].numbers);
        free(arrays->items[i].integers);
    }
    free(arrays->items);
    *arrays = (hnn_output_arrays){0};
}
