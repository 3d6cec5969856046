/* Does NEURON, with the mechanisms bundled here, have all that a model asks for? */
#ifndef HNN_NEURON_COVERAGE_H
#define HNN_NEURON_COVERAGE_H

#include "model/model.h"

/* An error at the place of the first mechanism or parameter that is not known, with those
 * that are.  NEURON must have been started.                                    */
hnn_status neuron_covers(const hnn_model *model, hnn_errors *errors) HNN_MUST_CHECK;

#endif
