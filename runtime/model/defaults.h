/* SPDX-License-Identifier: BSD-3-Clause */
/* What a model in the hnn/1 format need not name. */
#ifndef HNN_DEFAULTS_H
#define HNN_DEFAULTS_H

/* Of a receptor without `mechname`: its mechanism, and the parameters that a new one has to give.
 */
#define HNN_DEFAULT_SYNAPSE "Exp2Syn"
#define HNN_DEFAULT_SYNAPSE_NEEDS "e", "tau1", "tau2"
/* Of a cell type without `apical_section`: the axis of its dipole. */
#define HNN_DEFAULT_APICAL_SECTION "apical_trunk"

#endif
