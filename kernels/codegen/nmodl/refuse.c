/* SPDX-License-Identifier: BSD-3-Clause */
/* Words of NMODL that this project's engines do not cover, and what to do instead. */
#include "codegen/nmodl/parse.h"

#include <string.h>

static const struct {
    const char *word, *reason;
} refused[] = {
    {"VERBATIM", "C code inside a mechanism cannot be translated; write it in NMODL"},
    {"ARTIFICIAL_CELL", "events come from the model's drives and cells"},
    {"POINTER", "a mechanism sees its own compartment only"},
    {"BBCOREPOINTER", "a mechanism sees its own compartment only"},
    {"EXTERNAL", "a mechanism sees its own variables only; pass what it needs as a PARAMETER"},
    {"ELECTRODE_CURRENT", "currents are injected by the model's biases; write an inward current "
                          "as a negative NONSPECIFIC_CURRENT"},
    {"RANDOM", "drives are what is random in a model"},
    {"SECTION", "use RANGE"},
    {"KINETIC", "write the scheme as a DERIVATIVE block"},
    {"COMPARTMENT", "write the scheme as a DERIVATIVE block"},
    {"LONGITUDINAL_DIFFUSION", "concentrations do not diffuse between compartments"},
    {"CONSERVE", "write the scheme as a DERIVATIVE block"},
    {"LINEAR", "solve the equations by hand, in a PROCEDURE"},
    {"NONLINEAR", "solve the equations by hand, in a PROCEDURE"},
    {"DISCRETE", "write the update as a DERIVATIVE block"},
    {"PARTIAL", "partial differential equations are not solved"},
    {"FUNCTION_TABLE", "write the function as a formula"},
    {"CONSTRUCTOR", "initial values belong into INITIAL"},
    {"DESTRUCTOR", "there is nothing that a mechanism would have to release"},
    {"BEFORE", "the order of a step is BREAKPOINT, then its SOLVE"},
    {"AFTER", "the order of a step is BREAKPOINT, then its SOLVE"},
    {"TERMINAL", "there is nothing to do at the end of a run"},
    {"EQUATION", "its newer name is BREAKPOINT"},
    {"INCLUDE", "put the text into this file"},
    {"DEFINE", "write the number, or use CONSTANT"},
    {"STEPPED", "parameter sweeps belong to the model's sweep block"},
    {"SENS", "sensitivities are not computed"},
    {"PLOT", "results are written by the program"},
    {"MATCH", "results are compared outside the mechanism"},
    {"SWEEP", "parameter sweeps belong to the model's sweep block"},
    {"WATCH", "events come from connections and net_send only"},
    {"FOR_NETCONS", "an event acts on its own connection only"},
    {"PROTECT", "a mechanism shares nothing, so there is nothing to protect"},
    {"MUTEXLOCK", "a mechanism shares nothing, so there is nothing to protect"},
    {"MUTEXUNLOCK", "a mechanism shares nothing, so there is nothing to protect"},
    {"PUTQ", "use net_send"},
    {"GETQ", "use net_send"},
    {"RESET", "use assignments"},
    {"LAG", "a mechanism keeps no history"},
    {"while", "loops are not translated; write the statements out"},
    {"WHILE", "loops are not translated; write the statements out"},
    {"FORALL", "loops are not translated; write the statements out"},
    {"START", "give the initial value in INITIAL"},
    {"STEADYSTATE", "give the steady state in INITIAL"},
    {"SOLVEFOR", "every STATE of the block is solved for"},
    {"IFERROR", "there is no error to handle"},
    {"net_event", "a mechanism does not send events to other cells"},
    {"net_move", "use net_send with a flag that NET_RECEIVE checks"},
    {"at_time", "give times by events"},
    {"nrn_pointing", "there are no pointers"},
    {"nrn_ghk", "write the Goldman-Hodgkin-Katz equation as a FUNCTION"},
    {"sin", "no channel needed it so far"},
    {"cos", "no channel needed it so far"},
    {"tan", "no channel needed it so far"},
    {"asin", "no channel needed it so far"},
    {"acos", "no channel needed it so far"},
    {"atan", "no channel needed it so far"},
    {"atan2", "no channel needed it so far"},
    {"erf", "no channel needed it so far"},
    {"scop_random", "drives are what is random in a model"},
    {"exprand", "drives are what is random in a model"},
    {"normrand", "drives are what is random in a model"},
    {"printf", "a mechanism has no output of its own"},
};

const char *nmodl_refusal(const char *word)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(word, refused[i].word) == 0)
            return refused[i].reason;
    return NULL;
}
