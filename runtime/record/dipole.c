/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/dipole.h"

#include <math.h>
#include <string.h>

/* What hnn-core subtracts, per pair of pyramidal cells (fAm): the dipole of the column
 * at rest, fitted piecewise in time for layer 5 (t in ms).                    */
static const double rest_L2 = 0.0443;
static const double rest_L5_early = -49.0502;
static const double rest_L5_slope = 3.4770508e-3, rest_L5_offset = -51.231085;
static const double rest_L5_late_slope = 1.01e-4, rest_L5_late_offset = -48.412078;
static const double early_end = 37.0, late_start = 750.0; /* ms */
static const double nAm_per_fAm = 1e-6;

size_t hnn_dipole_types(const hnn_model *model, int *types)
{
    size_t n = 0;
    for (size_t i = 0; i < model->n_cell_types; i++) {
        if (!model->cell_types[i].measure_dipole)
            continue;
        if (types)
            types[n] = (int)i;
        n++;
    }
    return n;
}

/* Accumulated time decides on which side of a break a sample falls, where the baseline
 * jumps.  Far from the breaks its rounding does not matter.                    */
static double sample_time(const hnn_model *model, size_t sample)
{
    double t = (double)sample * model->dt;
    bool near = fabs(t - early_end) < 1e-6 || fabs(t - late_start) < 1e-6;
    return near ? hnn_model_accumulated_time(model, sample) : t;
}

static double rest_L5(double t)
{
    if (t <= early_end)
        return rest_L5_early;
    if (t < late_start)
        return rest_L5_slope * t + rest_L5_offset;
    return rest_L5_late_slope * t + rest_L5_late_offset;
}

typedef enum baseline { BASELINE_NONE, BASELINE_L2, BASELINE_L5 } baseline;

/* Of the measured type number `row` out of n.  As in the reference the first of two measured
 * types is taken for layer 2 and the second for layer 5, whatever their names; other columns,
 * which it does not have, go by the names.                                      */
static baseline baseline_of(const char *type, size_t row, size_t n)
{
    if (n == 2)
        return row == 0 ? BASELINE_L2 : BASELINE_L5;
    return strcmp(type, "L2_pyramidal") == 0   ? BASELINE_L2
           : strcmp(type, "L5_pyramidal") == 0 ? BASELINE_L5
                                               : BASELINE_NONE;
}

/* raw minus baseline, fAm */
static void subtract_rest(const hnn_model *model, baseline which, size_t first, size_t n,
                          const double *raw, double *out)
{
    double pairs = (double)model->mesh[0] * (double)model->mesh[1];
    if (which == BASELINE_L2) {
        for (size_t i = 0; i < n; i++)
            out[i] = raw[i] - pairs * rest_L2;
    } else if (which == BASELINE_L5) {
        for (size_t i = 0; i < n; i++)
            out[i] = raw[i] - pairs * rest_L5(sample_time(model, first + i));
    } else {
        memcpy(out, raw, n * sizeof *out);
    }
}

void hnn_dipole_from_raw(const hnn_model *model, size_t first, size_t n, const double *raw,
                         double *out)
{
    size_t row = 0, n_types = hnn_dipole_types(model, NULL);
    memset(out, 0, n * sizeof *out);
    for (size_t type = 0; type < model->n_cell_types; type++) {
        if (!model->cell_types[type].measure_dipole)
            continue;
        double *own = out + (row + 1) * n;
        baseline which = baseline_of(model->cell_types[type].name, row, n_types);
        subtract_rest(model, which, first, n, raw + row * n, own);
        for (size_t i = 0; i < n; i++) {
            out[i] += own[i];
            own[i] *= nAm_per_fAm;
        }
        row++;
    }
    for (size_t i = 0; i < n; i++)
        out[i] *= nAm_per_fAm;
}
