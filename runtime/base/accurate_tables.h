/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers that base/accurate.c computes with, apart so that a test can compare them. */
#ifndef HNN_ACCURATE_TABLES_H
#define HNN_ACCURATE_TABLES_H

#include <stdint.h>

__extension__ typedef unsigned __int128 uint128;

#define WORDS(high, low) ((uint128)(high) << 64 | (low))
#define ONE ((uint128)1 << 126)

/* In units of 2^-128 and 2^-127, to the nearest. */
static const uint128 ln2 = WORDS(0xb17217f7d1cf79abu, 0xc9e3b39803f2f6afu);
static const uint128 half_pi = WORDS(0xc90fdaa22168c234u, 0xc4c6628b80dc1cd1u);

/* 1/n! in units of 2^-126, cut off; beyond 20! a factorial is written as 20! and n!/20!. */
#define OVER_20(more) (ONE / 2432902008176640000u / (more))
static const uint128 inverse_factorial[] = {ONE,
                                            ONE,
                                            ONE / 2,
                                            ONE / 6,
                                            ONE / 24,
                                            ONE / 120,
                                            ONE / 720,
                                            ONE / 5040,
                                            ONE / 40320,
                                            ONE / 362880,
                                            ONE / 3628800,
                                            ONE / 39916800,
                                            ONE / 479001600,
                                            ONE / 6227020800,
                                            ONE / 87178291200,
                                            ONE / 1307674368000,
                                            ONE / 20922789888000,
                                            ONE / 355687428096000,
                                            ONE / 6402373705728000,
                                            ONE / 121645100408832000,
                                            OVER_20(1),
                                            OVER_20(21),
                                            OVER_20(462),
                                            OVER_20(10626),
                                            OVER_20(255024),
                                            OVER_20(6375600),
                                            OVER_20(165765600),
                                            OVER_20(4475671200),
                                            OVER_20(125318793600),
                                            OVER_20(3634245014400),
                                            OVER_20(109027350432000),
                                            OVER_20(3379847863392000)};

/* 1/(2n + 1) in units of 2^-126, cut off */
static const uint128 inverse_odd[] = {ONE,      ONE / 3,  ONE / 5,  ONE / 7,  ONE / 9,  ONE / 11,
                                      ONE / 13, ONE / 15, ONE / 17, ONE / 19, ONE / 21, ONE / 23,
                                      ONE / 25, ONE / 27, ONE / 29, ONE / 31, ONE / 33, ONE / 35,
                                      ONE / 37, ONE / 39, ONE / 41, ONE / 43, ONE / 45, ONE / 47};

/* The digits of 2/pi, after a word before the point: as many as the largest double needs. */
static const uint64_t two_over_pi[] = {
    0,
    0xa2f9836e4e441529u,
    0xfc2757d1f534ddc0u,
    0xdb6295993c439041u,
    0xfe5163abdebbc561u,
    0xb7246e3a424dd2e0u,
    0x06492eea09d1921cu,
    0xfe1deb1cb129a73eu,
    0xe88235f52ebb4484u,
    0xe99c7026b45f7e41u,
    0x3991d639835339f4u,
    0x9c845f8bbdf9283bu,
    0x1ff897ffde05980fu,
    0xef2f118b5a0a6d1fu,
    0x6d367ecf27cb09b7u,
    0x4f463f669e5fea2du,
    0x7527bac7ebe5f17bu,
    0x3d0739f78a5292eau,
    0x6bfb5fb11f8d5d08u,
    0x56033046fc7b6babu,
    0xf0cfbc209af4361du,
};

#endif
