/* SPDX-License-Identifier: BSD-3-Clause */
/* exp, log, pow and cos with the same bits on every machine.
 *
 * The C library's may differ in the last bit between its versions, its variants for processors
 * with and without fused multiply-add, and operating systems.  What influences a result uses
 * these instead.
 *
 * They compute in integers of 128 bits, so that neither fused multiply-adds nor the rounding mode
 * nor wider registers have a say.  Before it is rounded to a double, once and to
 * nearest (to even), also where it is subnormal, a result is off by less than 2^-110 of itself.
 * So it is the correctly rounded one unless the true value lies that close to the middle between
 * two doubles without being it, which for one argument in about 2^56 can be expected.
 *
 * Special values are those of C17, Annex F.10; every NaN returned is the constant NAN.  Neither
 * errno nor the floating-point exception flags are set for the caller.  No function has state:
 * they can be called from any thread.                                           */
#ifndef HNN_ACCURATE_H
#define HNN_ACCURATE_H

double hnn_exp(double x);
double hnn_log(double x);
double hnn_pow(double x, double y);
double hnn_cos(double x); /* radians, of any size */

#endif
