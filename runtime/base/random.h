/* SPDX-License-Identifier: BSD-3-Clause */
/* Random numbers, bit for bit those of the reference, but for its logarithms: those of its C
 * library may be off in the last bit, ours are correctly rounded (base/accurate.h).
 *
 * Event times come from the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998,
 * ACM TOMACS 8:3-30) with numpy.random.RandomState's conversions; connection pruning
 * comes from numpy.random.default_rng: a SeedSequence that feeds PCG64 (O'Neill 2014,
 * Harvey Mudd College HMC-CS-2014-0905; XSL-RR, 128-bit state).
 *
 * Results depend on every rounding: compile without contraction of products and sums
 * into fused operations (-ffp-contract=off).                                   */
#ifndef HNN_RANDOM_H
#define HNN_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HNN_MT_WORDS = 624 };

typedef struct hnn_mt {
    uint32_t words[HNN_MT_WORDS];
    int next; /* HNN_MT_WORDS: a new block is due */
    bool has_normal;
    double normal; /* the second normal of the last pair */
} hnn_mt;

void hnn_mt_seed(hnn_mt *mt, uint32_t seed); /* init_genrand */
uint32_t hnn_mt_word(hnn_mt *mt);
double hnn_mt_uniform(hnn_mt *mt);                   /* [0, 1), 53 bits */
double hnn_mt_normal(hnn_mt *mt);                    /* standard; Marsaglia's polar method */
double hnn_mt_exponential(hnn_mt *mt, double scale); /* by inversion */

typedef struct hnn_pcg {
    uint64_t state_high, state_low, increment_high, increment_low;
    bool has_half;
    uint32_t half; /* the high half of the last 64-bit output */
} hnn_pcg;

/* default_rng(seed) */
void hnn_pcg_seed(hnn_pcg *pcg, uint64_t seed);
uint64_t hnn_pcg_word(hnn_pcg *pcg);
/* Uniform on 0 .. max inclusive, by Lemire's method (2019, ACM TOMACS 29:3). */
uint64_t hnn_pcg_bounded(hnn_pcg *pcg, uint64_t max);

/* Which of n the call default_rng(seed).choice(n, k, replace=False) picks: sets
 * keep[i] to 1 for those and 0 for the others.  keep holds n bytes; k <= n.
 * false: no memory for the n indices that a large draw shuffles.               */
bool hnn_choose(uint64_t seed, size_t n, size_t k, unsigned char *keep)
    __attribute__((warn_unused_result));

#endif
