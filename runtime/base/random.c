/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/random.h"

#include "base/accurate.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- MT19937 ---------------------------------------------------------------- */

void hnn_mt_seed(hnn_mt *mt, uint32_t seed)
{
    for (int i = 0; i < HNN_MT_WORDS; i++) {
        mt->words[i] = seed;
        seed = 1812433253u * (seed ^ (seed >> 30)) + (uint32_t)i + 1;
    }
    mt->next = HNN_MT_WORDS;
    mt->has_normal = false;
    mt->normal = 0;
}

static void next_block(hnn_mt *mt)
{
    enum { SHIFT = 397 };
    uint32_t *w = mt->words;
    for (int i = 0; i < HNN_MT_WORDS; i++) {
        uint32_t y = (w[i] & 0x80000000u) | (w[(i + 1) % HNN_MT_WORDS] & 0x7fffffffu);
        w[i] = w[(i + SHIFT) % HNN_MT_WORDS] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    mt->next = 0;
}

uint32_t hnn_mt_word(hnn_mt *mt)
{
    if (mt->next == HNN_MT_WORDS)
        next_block(mt);
    uint32_t y = mt->words[mt->next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

double hnn_mt_uniform(hnn_mt *mt)
{
    uint32_t high = hnn_mt_word(mt) >> 5, low = hnn_mt_word(mt) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

double hnn_mt_normal(hnn_mt *mt)
{
    if (mt->has_normal) {
        mt->has_normal = false;
        return mt->normal;
    }
    double x1, x2, r2;
    do {
        x1 = 2.0 * hnn_mt_uniform(mt) - 1.0;
        x2 = 2.0 * hnn_mt_uniform(mt) - 1.0;
        r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1.0 || r2 == 0.0);
    double f = sqrt(-2.0 * hnn_log(r2) / r2);
    /* The second of the pair comes first: numpy's order. */
    mt->normal = f * x1;
    mt->has_normal = true;
    return f * x2;
}

double hnn_mt_exponential(hnn_mt *mt, double scale)
{
    return scale * -hnn_log(1.0 - hnn_mt_uniform(mt));
}

/* ---- SeedSequence and PCG64 --------------------------------------------------- */

__extension__ typedef unsigned __int128 uint128;

enum { POOL = 4 };

static uint32_t hash_word(uint32_t value, uint32_t *constant, uint32_t multiplier)
{
    value ^= *constant;
    *constant *= multiplier;
    value *= *constant;
    return value ^ (value >> 16);
}

static uint32_t mix_words(uint32_t x, uint32_t y)
{
    uint32_t result = 0xca01f9ddu * x - 0x4973f715u * y;
    return result ^ (result >> 16);
}

/* Entropy of 64 bits into a pool of four words, and from it n words of state. */
static void seed_sequence(uint64_t seed, size_t n, uint32_t *state)
{
    const uint32_t entropy[POOL] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t pool[POOL], constant = 0x43b0d7e5u;
    for (int i = 0; i < POOL; i++)
        pool[i] = hash_word(entropy[i], &constant, 0x931e8875u);
    for (int from = 0; from < POOL; from++)
        for (int to = 0; to < POOL; to++)
            if (from != to)
                pool[to] = mix_words(pool[to], hash_word(pool[from], &constant, 0x931e8875u));
    constant = 0x8b51f9ddu;
    for (size_t i = 0; i < n; i++)
        state[i] = hash_word(pool[i % POOL], &constant, 0x58f38dedu);
}

static uint128 join(uint64_t high, uint64_t low)
{
    return ((uint128)high << 64) | low;
}

static void set_state(hnn_pcg *pcg, uint128 state)
{
    pcg->state_high = (uint64_t)(state >> 64);
    pcg->state_low = (uint64_t)state;
}

static void step(hnn_pcg *pcg)
{
    const uint128 multiplier = join(2549297995355413924u, 4865540595714422341u);
    set_state(pcg, join(pcg->state_high, pcg->state_low) * multiplier +
                       join(pcg->increment_high, pcg->increment_low));
}

void hnn_pcg_seed(hnn_pcg *pcg, uint64_t seed)
{
    uint32_t words[8];
    seed_sequence(seed, 8, words);
    uint64_t w[4];
    for (int i = 0; i < 4; i++)
        w[i] = ((uint64_t)words[2 * i + 1] << 32) | words[2 * i];
    uint128 increment = (join(w[2], w[3]) << 1) | 1;
    *pcg = (hnn_pcg){.increment_high = (uint64_t)(increment >> 64),
                     .increment_low = (uint64_t)increment};
    step(pcg);
    set_state(pcg, join(pcg->state_high, pcg->state_low) + join(w[0], w[1]));
    step(pcg);
}

uint64_t hnn_pcg_word(hnn_pcg *pcg)
{
    step(pcg);
    uint64_t folded = pcg->state_high ^ pcg->state_low;
    unsigned turn = (unsigned)(pcg->state_high >> 58);
    return (folded >> turn) | (folded << (-turn & 63));
}

static uint32_t half_word(hnn_pcg *pcg)
{
    if (pcg->has_half) {
        pcg->has_half = false;
        return pcg->half;
    }
    uint64_t word = hnn_pcg_word(pcg);
    pcg->half = (uint32_t)(word >> 32);
    pcg->has_half = true;
    return (uint32_t)word;
}

static uint32_t bounded_32(hnn_pcg *pcg, uint32_t max)
{
    if (max == UINT32_MAX)
        return half_word(pcg);
    uint32_t range = max + 1;
    uint64_t product = (uint64_t)half_word(pcg) * range;
    if ((uint32_t)product < range) {
        uint32_t least = (UINT32_MAX - max) % range;
        while ((uint32_t)product < least)
            product = (uint64_t)half_word(pcg) * range;
    }
    return (uint32_t)(product >> 32);
}

uint64_t hnn_pcg_bounded(hnn_pcg *pcg, uint64_t max)
{
    if (max == 0)
        return 0;
    if (max <= UINT32_MAX)
        return bounded_32(pcg, (uint32_t)max);
    if (max == UINT64_MAX)
        return hnn_pcg_word(pcg);
    uint64_t range = max + 1;
    uint128 product = (uint128)hnn_pcg_word(pcg) * range;
    if ((uint64_t)product < range) {
        uint64_t least = (UINT64_MAX - max) % range;
        while ((uint64_t)product < least)
            product = (uint128)hnn_pcg_word(pcg) * range;
    }
    return (uint64_t)(product >> 64);
}

/* Shuffles only the last k of 0 .. n-1 and takes those. */
static bool choose_by_shuffle(hnn_pcg *pcg, size_t n, size_t k, unsigned char *keep)
{
    HNN_AUTO_FREE size_t *index = hnn_array(n, sizeof *index);
    if (!index)
        return false;
    for (size_t i = 0; i < n; i++)
        index[i] = i;
    size_t first = n > k ? n - k : 0;
    for (size_t i = n - 1; i >= (first ? first : 1); i--) {
        size_t j = (size_t)hnn_pcg_bounded(pcg, i);
        size_t other = index[j];
        index[j] = index[i];
        index[i] = other;
    }
    for (size_t i = first; i < n; i++)
        keep[index[i]] = 1;
    return true;
}

/* Robert Floyd's sampling (Bentley and Floyd 1987, CACM 30:754-757). */
static void choose_by_floyd(hnn_pcg *pcg, size_t n, size_t k, unsigned char *keep)
{
    for (size_t j = n - k; j < n; j++) {
        size_t pick = (size_t)hnn_pcg_bounded(pcg, j);
        keep[keep[pick] ? j : pick] = 1;
    }
}

bool hnn_choose(uint64_t seed, size_t n, size_t k, unsigned char *keep)
{
    /* numpy's switch between the two methods. */
    enum { SMALL = 10000, CUTOFF = 50 };
    memset(keep, 0, n);
    hnn_pcg pcg;
    hnn_pcg_seed(&pcg, seed);
    if (n > SMALL && k > n / CUTOFF)
        return choose_by_shuffle(&pcg, n, k, keep);
    choose_by_floyd(&pcg, n, k, keep);
    return true;
}
