/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the generators give numpy's numbers, bit for bit?
 *
 * The figures were printed by numpy 2 (RandomState and default_rng keep their streams
 * over versions).  numpy's normal and exponential numbers depend on the C library's logarithm in
 * the last bit; for these draws it was rounded correctly, as ours is.          */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "fingerprint.h"

#include <stdlib.h>

static void test_mt_words_uniforms_exponentials(void **state)
{
    (void)state;
    static const struct {
        uint32_t seed, words[2];
        double uniform[2], exponential[2];
    } cases[] = {
        {0,
         {2357136044u, 2546248239u},
         {0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1},
         {0x1.04cacaebe114cp-7, 0x1.9b8b1bc3d0073p-7}},
        {2,
         {1872583848u, 794921487u},
         {0x1.be757297b0c50p-2, 0x1.a8c67f73cbb20p-6},
         {0x1.7751c59fdd111p-8, 0x1.137145ab7a82fp-12}},
        {544,
         {1774512157u, 3858117976u},
         {0x1.a713a072fb1aap-2, 0x1.3f1f874f4d1e4p-3},
         {0x1.5d4f4e98b13fep-8, 0x1.bc0cde503a00dp-10}},
        {4294967295u,
         {419326371u, 479346978u},
         {0x1.8fe69a3924820p-4, 0x1.d323d824032b1p-1},
         {0x1.0d4ee073f7d2cp-10, 0x1.8eea02c1f99e8p-6}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        hnn_mt mt;
        hnn_mt_seed(&mt, cases[c].seed);
        for (int i = 0; i < 2; i++)
            assert_int_equal(hnn_mt_word(&mt), cases[c].words[i]);
        hnn_mt_seed(&mt, cases[c].seed);
        for (int i = 0; i < 2; i++)
            assert_true(hnn_mt_uniform(&mt) == cases[c].uniform[i]);
        hnn_mt_seed(&mt, cases[c].seed);
        for (int i = 0; i < 2; i++)
            assert_true(hnn_mt_exponential(&mt, 0.01) == cases[c].exponential[i]);
    }
}

static void test_mt_normals(void **state)
{
    (void)state;
    static const double expected[] = {-0x1.aac291b3d4d7ep-2, -0x1.ccf016d92d330p-5,
                                      -0x1.116edfa85e943p+1};
    hnn_mt mt;
    hnn_mt_seed(&mt, 2);
    for (int i = 0; i < 3; i++)
        assert_true(hnn_mt_normal(&mt) == expected[i]);
    /* Seeding drops the half of a pair that was kept. */
    hnn_mt_seed(&mt, 0);
    assert_true(hnn_mt_normal(&mt) == 0x1.c398ef3e5cfa5p+0);
}

static void test_pcg_words(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, words[3];
    } cases[] = {
        {0, {11749869230777074271u, 4976686463289251617u, 755828109848996024u}},
        {3, {1579948266424812280u, 4368382809143759861u, 14780904992460893238u}},
        {4294967301u, {14281546376153053393u, 8683300866460616067u, 12836726618003871680u}},
        {9223372036854775807u, {3236778688619115796u, 8668653565307110780u, 15219254583519097992u}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        hnn_pcg pcg;
        hnn_pcg_seed(&pcg, cases[c].seed);
        for (int i = 0; i < 3; i++)
            assert_true(hnn_pcg_word(&pcg) == cases[c].words[i]);
    }
}

static void test_pcg_bounded(void **state)
{
    (void)state;
    static const uint64_t small[] = {8, 0, 1, 2, 1};
    static const uint64_t middle[] = {2607697810u, 282385926u, 996604626u, 1299380820u};
    static const uint64_t large[] = {526722472608u, 175634794052u, 807676119475u};
    hnn_pcg pcg;
    hnn_pcg_seed(&pcg, 3);
    for (int i = 0; i < 5; i++)
        assert_true(hnn_pcg_bounded(&pcg, 9) == small[i]);
    for (int i = 0; i < 4; i++)
        assert_true(hnn_pcg_bounded(&pcg, 3000000000u) == middle[i]);
    for (int i = 0; i < 3; i++)
        assert_true(hnn_pcg_bounded(&pcg, (UINT64_C(1) << 40) + 2) == large[i]);
    assert_true(hnn_pcg_bounded(&pcg, 0) == 0);
}

static void test_choose(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        size_t n, k;
        uint64_t fingerprint;
    } cases[] = {
        {3, 10, 3, 0x449d901ddc0c06c6u},
        {3, 10, 10, 0x23b3d996b73350dfu},
        {3, 100, 33, 0x2454e0577066efbcu},
        {3, 10000, 5000, 0xeb20c81de08a4b17u}, /* Floyd's method up to here */
        {3, 10001, 200, 0x59540ba9b3cc2225u},  /* and while k <= n/50 */
        {3, 10001, 201, 0xb26273315aa2c878u},  /* then the shuffle */
        {4, 35000, 17500, 0xeb6dc75c77ac3cf7u},
        {1099511627777u, 27000, 13500, 0x7766d3acbce694d7u},
        {3, 20000, 20000, 0x475ea216048cd7c5u},
        {5, 12000, 1, 0x54748e5f32c693eau},
        {5, 12000, 0, 0x1dfeaf773f5ebca5u},
        {5, 1, 1, 0xaf63bc4c8601b62cu},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        HNN_AUTO_FREE unsigned char *keep = hnn_alloc(cases[c].n, 1);
        assert_true(hnn_choose(cases[c].seed, cases[c].n, cases[c].k, keep));
        assert_true(fingerprint(FINGERPRINT_START, keep, cases[c].n) == cases[c].fingerprint);
    }
}

static void test_choose_lists(void **state)
{
    (void)state;
    static const size_t chosen[] = {3, 7, 9, 16, 17, 22, 57, 73, 76, 84};
    unsigned char keep[100];
    assert_true(hnn_choose(3, 100, 10, keep));
    for (size_t i = 0, next = 0; i < 100; i++) {
        bool expected = next < 10 && chosen[next] == i;
        assert_int_equal(keep[i], expected);
        next += expected;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mt_words_uniforms_exponentials),
        cmocka_unit_test(test_mt_normals),
        cmocka_unit_test(test_pcg_words),
        cmocka_unit_test(test_pcg_bounded),
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_choose_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
