/* SPDX-License-Identifier: BSD-3-Clause */
#include "record/postprocess.h"

#include "base/accurate.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAVGOL_DEGREE = 5, SAVGOL_TERMS = SAVGOL_DEGREE + 1 };

/* Both round half to even, as the reference does.  Double, since a check comes first. */
static double smooth_points(double smooth, double dt)
{
    return rint(1e-3 * smooth * (1000.0 / dt));
}

static double savgol_window(double cutoff, double dt)
{
    return 2.0 * floor(rint(1000.0 / dt / cutoff) / 2.0) + 1.0;
}

static hnn_status check_smooth(const hnn_postprocess *what, double dt, size_t n, hnn_errors *errors)
{
    if (what->smooth == 0.0)
        return HNN_OK;
    double points = smooth_points(what->smooth, dt);
    if (!(what->smooth >= 1.0) || points < 1.0)
        return hnn_fail_at(errors, HNN_ERR_MODEL, what->place,
                           "postprocess.smooth is %g ms: the window must be at least 1 ms and one "
                           "step (%g ms), or 0 for no smoothing",
                           what->smooth, dt);
    if (points > (double)n)
        return hnn_fail_at(errors, HNN_ERR_MODEL, what->place,
                           "postprocess.smooth is %g ms, longer than the %g ms of the "
                           "simulation: make it shorter, or 0 for no smoothing",
                           what->smooth, (double)(n - 1) * dt);
    return HNN_OK;
}

static hnn_status check_savgol(const hnn_postprocess *what, double dt, size_t n, hnn_errors *errors)
{
    if (what->savgol == 0.0)
        return HNN_OK;
    if (!(what->savgol > 0.0))
        return hnn_fail_at(
            errors, HNN_ERR_MODEL, what->place,
            "postprocess.savgol is %g Hz: the cutoff must be positive, or 0 for none",
            what->savgol);
    double window = savgol_window(what->savgol, dt);
    if (!(window > SAVGOL_DEGREE))
        return hnn_fail(
            errors, HNN_ERR_MODEL,
            "postprocess.savgol is %g Hz, too high for steps of %g ms: the window would "
            "have %.0f samples, and needs 7 (about %g Hz)",
            what->savgol, dt, window, floor(1000.0 / dt / 6.0));
    if (window > (double)n)
        return hnn_fail_at(
            errors, HNN_ERR_MODEL, what->place,
            "postprocess.savgol is %g Hz, too low for %g ms of simulation: the window "
            "would have %.0f samples, there are %zu",
            what->savgol, (double)(n - 1) * dt, window, n);
    return HNN_OK;
}

hnn_status hnn_postprocess_check(const hnn_postprocess *what, double dt, size_t n,
                                 hnn_errors *errors)
{
    size_t before = errors->n;
    hnn_status smooth = check_smooth(what, dt, n, errors);
    hnn_status savgol = check_savgol(what, dt, n, errors);
    if (!isfinite(what->scale))
        return hnn_fail_at(errors, HNN_ERR_MODEL, what->place,
                           "postprocess.scale must be a finite number");
    return errors->n == before ? HNN_OK : smooth ? smooth : savgol;
}

/* Side by side, for the sake of speed: what one trial takes to write is mostly this. */
enum { CONVOLVED = 16 };

/* out[i] = sum over j of in[i + points - 1 - j] * window[j], j ascending; in has room for
 * n + points - 1 + CONVOLVED.                                                  */
static void convolve(const double *in, const double *window, size_t points, double *out, size_t n)
{
    for (size_t i = 0; i < n; i += CONVOLVED) {
        double sums[CONVOLVED] = {0};
        const double *last = in + i + points - 1;
        for (size_t j = 0; j < points; j++)
            for (size_t k = 0; k < CONVOLVED; k++)
                sums[k] += last[(ptrdiff_t)k - (ptrdiff_t)j] * window[j];
        memcpy(out + i, sums, (n - i < CONVOLVED ? n - i : CONVOLVED) * sizeof *out);
    }
}

void hnn_smooth(const double *in, double *out, size_t n, size_t points)
{
    const double pi = 3.14159265358979323846;
    HNN_AUTO_FREE double *window = hnn_alloc(points, sizeof *window);
    double sum = 0.0;
    for (size_t i = 0; i < points; i++) {
        double x = 2.0 * (double)i - (double)(points - 1);
        window[i] = points == 1 ? 1.0 : 0.54 + 0.46 * hnn_cos(pi * x / (double)(points - 1));
        sum += window[i];
    }
    for (size_t i = 0; i < points; i++)
        window[i] /= sum;
    /* out[i] is element i + (points-1)/2 of the full convolution */
    size_t shift = (points - 1) / 2, before = points - 1 - shift;
    HNN_AUTO_FREE double *padded = hnn_alloc(before + n + shift + CONVOLVED, sizeof *padded);
    memcpy(padded + before, in, n * sizeof *padded);
    convolve(padded, window, points, out, n);
}

/* Orthonormal polynomials of degree 0 .. 5 on the points of a window (Gram, by the
 * three-term recurrence on -1 .. 1, which keeps any width well conditioned):
 * basis[k * window + j] = p_k(j).                                             */
static void gram_basis(double *basis, size_t window)
{
    double half = 0.5 * (double)(window - 1);
    double previous_norm = 1.0;
    for (int k = 0; k < SAVGOL_TERMS; k++) {
        double *p = basis + (size_t)k * window;
        double norm = 0.0;
        for (size_t j = 0; j < window; j++) {
            double x = ((double)j - half) / half;
            p[j] = k == 0 ? 1.0 : x * p[j - window];
            if (k > 1)
                p[j] -= previous_norm * p[j - 2 * window];
            norm += p[j] * p[j];
        }
        norm = sqrt(norm);
        for (size_t j = 0; j < window; j++)
            p[j] /= norm;
        previous_norm = norm;
    }
}

/* The fit to the window at `in`, taken at its points from .. to-1. */
static void savgol_edge(const double *basis, size_t window, const double *in, size_t from,
                        size_t to, double *out)
{
    memset(out, 0, (to - from) * sizeof *out);
    for (int k = 0; k < SAVGOL_TERMS; k++) {
        const double *p = basis + (size_t)k * window;
        double coefficient = 0.0;
        for (size_t j = 0; j < window; j++)
            coefficient += p[j] * in[j];
        for (size_t j = from; j < to; j++)
            out[j - from] += coefficient * p[j];
    }
}

void hnn_savgol(const double *in, double *out, size_t n, size_t window)
{
    size_t half = window / 2;
    HNN_AUTO_FREE double *basis = hnn_alloc(SAVGOL_TERMS * window, sizeof *basis);
    HNN_AUTO_FREE double *middle = hnn_alloc(window, sizeof *middle);
    gram_basis(basis, window);
    for (int k = 0; k < SAVGOL_TERMS; k++) {
        const double *p = basis + (size_t)k * window;
        for (size_t j = 0; j < window; j++)
            middle[j] += p[half] * p[j];
    }
    savgol_edge(basis, window, in, 0, half, out);
    for (size_t i = half; i + half < n; i++) {
        double value = 0.0;
        for (size_t j = 0; j < window; j++)
            value += middle[j] * in[i - half + j];
        out[i] = value;
    }
    savgol_edge(basis, window, in + (n - window), half + 1, window, out + (n - half));
}

void hnn_postprocess_apply(const hnn_postprocess *what, double dt, double *data, size_t n)
{
    HNN_AUTO_FREE double *copy = hnn_alloc(n, sizeof *copy);
    if (what->smooth > 0.0) {
        memcpy(copy, data, n * sizeof *copy);
        hnn_smooth(copy, data, n, (size_t)smooth_points(what->smooth, dt));
    }
    if (what->savgol > 0.0) {
        memcpy(copy, data, n * sizeof *copy);
        hnn_savgol(copy, data, n, (size_t)savgol_window(what->savgol, dt));
    }
    for (size_t i = 0; i < n; i++)
        data[i] *= what->scale;
}
