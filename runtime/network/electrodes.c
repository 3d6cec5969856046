/* SPDX-License-Identifier: BSD-3-Clause */
#include "network/electrodes.h"

#include "base/accurate.h"
#include <math.h>

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Of a point source: 1 / distance, in 1/um. */
static double of_point(const double contact[3], const double middle[3], double min_distance)
{
    double apart[3];
    for (int k = 0; k < 3; k++)
        apart[k] = contact[k] - middle[k];
    return 1 / fmax(sqrt(dot(apart, apart)), min_distance);
}

/* Of a line source that reaches `half` to both sides of the middle along `unit`: the mean of
 * 1 / distance along it, in 1/um.                                              */
static double of_line(const double contact[3], const double middle[3], const double unit[3],
                      double half, double min_distance)
{
    double from_end[3];
    for (int k = 0; k < 3; k++)
        from_end[k] = contact[k] - (middle[k] + half * unit[k]);
    double length = 2 * half;
    double ahead = dot(from_end, unit); /* past the line's end, along it */
    double along = ahead + length;      /* past its start */
    double radial2 = fmax(dot(from_end, from_end) - ahead * ahead, min_distance * min_distance);
    double to_end = sqrt(ahead * ahead + radial2), to_start = sqrt(along * along + radial2);
    double ratio;
    /* Three forms of one ratio: each adds only terms of one sign, so that none cancels. */
    if (along < 0 && ahead < 0)
        ratio = (to_end - ahead) / (to_start - along);
    else if (along > 0 && ahead < 0)
        ratio = (to_end - ahead) * (to_start + along) / radial2;
    else
        ratio = (to_start + along) / (to_end + ahead);
    return hnn_log(ratio) / length;
}

void hnn_electrodes_transfer(const hnn_electrodes *electrodes, const hnn_geometry *geometry,
                             double *out)
{
    const double pi = 3.14159265358979323846;
    /* 1/um over S/m, times nA, is mV. */
    const double scale = 1000. / (4. * pi * electrodes->conductivity);
    for (size_t j = 0; j < geometry->n_segments; j++) {
        const hnn_segment *segment = &geometry->segments[j];
        const hnn_cable *cable = &geometry->cables[segment->section];
        double axis[3], middle[3];
        for (int k = 0; k < 3; k++) {
            axis[k] = (double)cable->end[k] - (double)cable->start[k];
            middle[k] = cable->start[k] + segment->x * axis[k];
        }
        double length = sqrt(dot(axis, axis));
        double unit[3] = {axis[0] / length, axis[1] / length, axis[2] / length};
        /* Half a gap to the section's end for the first and last, a whole gap else. */
        int i = (int)j - cable->first_segment, n = cable->n_segments;
        double half = (i == 0 || i == n - 1 ? .5 : 1.) / n * cable->L;
        for (size_t c = 0; c < electrodes->n_contacts; c++) {
            const double *contact = electrodes->positions[c];
            double phi = electrodes->method == HNN_ELECTRODE_PSA
                             ? of_point(contact, middle, electrodes->min_distance)
                             : of_line(contact, middle, unit, half, electrodes->min_distance);
            out[c * geometry->n_segments + j] = scale * phi;
        }
    }
}
