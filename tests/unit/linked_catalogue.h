/* SPDX-License-Identifier: BSD-3-Clause */
/* The mechanisms that the test is linked with: an engine's, or those of mechanisms/ and NEURON. */
#ifndef HNN_TEST_LINKED_CATALOGUE_H
#define HNN_TEST_LINKED_CATALOGUE_H

#include "catalogue/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static inline const hnn_catalogue *linked_catalogue(void)
{
    static hnn_catalogue catalogue;
    hnn_errors errors = {0};
    if (catalogue.n == 0)
        assert_int_equal(hnn_catalogue_add_all(&catalogue, hnn_mechanisms, &errors), HNN_OK);
    return &catalogue;
}

#endif
