/* SPDX-License-Identifier: BSD-3-Clause */
/* Coverage: does a catalogue have what a model uses? */
#ifndef HNN_COVERAGE_H
#define HNN_COVERAGE_H

#include "base/suggest.h"
#include "catalogue/catalogue.h"
#include "model/model.h"

/* HNN_ERR_MODEL, with an error at its place for everything that is wrong: a mechanism that the
 * catalogue lacks or that is of another kind; a parameter that the mechanism lacks, that has one
 * value for all places, or that is not positive where the limits of the mechanism's file are; a
 * synapse to be recorded that has no current.  `who` has the catalogue: "engine native".        */
hnn_status hnn_coverage_check(const hnn_model *model, const hnn_catalogue *catalogue,
                              const char *who, hnn_errors *errors) HNN_MUST_CHECK;

/* Warnings about a model that is covered: parameters outside the limits of the mechanism's file,
 * which NEURON allows, and those that a mechanism replaces by other values
 * (hnn_mechanism_info.effective).  Texts are the arena's.                          */
hnn_names hnn_coverage_warnings(const hnn_model *model, const hnn_catalogue *catalogue,
                                hnn_arena *arena);

#endif
