/* SPDX-License-Identifier: BSD-3-Clause */
#include "layout/type_internal.h"

#include "simd/portable.h"

#include "base/memory.h"
#include "simd/math.h"
#include <string.h>

/* NEURON's values of ions that no mechanism changes. */
typedef struct ion_defaults {
    const char *name;
    double valence, inside, outside, reversal; /* mM, mV */
} ion_defaults;

static const ion_defaults known_ions[] = {
    {"na", 1, 10, 140, 50},
    {"k", 1, 54.4, 2.5, -77},
    {"ca", 2, 5e-5, 2, 132.4579341637009},
};
static const ion_defaults other_ion = {"", 0, 1, 1, 0};

static const ion_defaults *defaults_of(const char *name)
{
    for (size_t i = 0; i < sizeof known_ions / sizeof *known_ions; i++)
        if (strcmp(known_ions[i].name, name) == 0)
            return &known_ions[i];
    return &other_ion;
}

static double default_value(const char *name, hnn_ion_role role)
{
    const ion_defaults *ion = defaults_of(name);
    switch (role) {
    case HNN_ION_REVERSAL:
        return ion->reversal;
    case HNN_ION_INSIDE:
        return ion->inside;
    case HNN_ION_OUTSIDE:
        return ion->outside;
    case HNN_ION_CURRENT:
        break;
    }
    return 0;
}

static int find_ion(const layout_type *t, const char *name, hnn_ion_role role)
{
    size_t i = 0;
    while (i < t->n_ions && (t->ions[i].role != role || strcmp(t->ions[i].name, name) != 0))
        i++;
    return i < t->n_ions ? (int)i : -1;
}

static int get_ion(layout_type *t, const char *name, double valence, hnn_ion_role role)
{
    int i = find_ion(t, name, role);
    if (i < 0) {
        i = (int)t->n_ions++;
        t->ions = hnn_realloc(t->ions, t->n_ions, sizeof *t->ions);
        t->ions[i] =
            (layout_ion){.name = name, .role = role, .valence = defaults_of(name)->valence};
    }
    if (valence != 0)
        t->ions[i].valence = valence;
    return i;
}

static bool is_concentration(hnn_ion_role role)
{
    return role == HNN_ION_INSIDE || role == HNN_ION_OUTSIDE;
}

static bool concentration_changes(const layout_type *t, const char *name)
{
    for (size_t i = 0; i < t->n_ions; i++)
        if (t->ions[i].written && is_concentration(t->ions[i].role) &&
            strcmp(t->ions[i].name, name) == 0)
            return true;
    return false;
}

static void use_ions_of(layout_type *t, layout_mechanism *m)
{
    for (int i = 0; i < m->setup->info->n_ions; i++) {
        const hnn_ion_info *k = &m->setup->info->ions[i];
        m->ions[i] = get_ion(t, k->ion, k->valence, k->role);
        t->ions[m->ions[i]].read |= k->read;
        t->ions[m->ions[i]].written |= k->write;
    }
}

/* Reversal potentials follow concentrations that some mechanism changes. */
static void use_nernst(layout_type *t, size_t i)
{
    layout_ion *ion = &t->ions[i];
    if (ion->role != HNN_ION_REVERSAL || !concentration_changes(t, ion->name))
        return;
    const char *name = ion->name;
    double valence = ion->valence;
    ion->varies = true;
    get_ion(t, name, valence, HNN_ION_INSIDE);
    get_ion(t, name, valence, HNN_ION_OUTSIDE);
}

static void share_values(const layout_type *t, layout_ion *ion)
{
    size_t lanes = (size_t)t->lanes;
    ion->shared = hnn_alloc((size_t)t->n_nodes, lanes * sizeof *ion->shared);
    for (size_t i = 0; i < (size_t)t->n_nodes * lanes; i++)
        ion->shared[i] = ion->start[i / lanes];
}

/* Calcium that nobody changes is recorded all the same where some mechanism uses the ion. */
static void keep_calcium(layout_type *t)
{
    bool used = false;
    for (size_t i = 0; i < t->n_ions; i++)
        used |= strcmp(t->ions[i].name, HNN_CALCIUM_ION) == 0;
    if (!used)
        return;
    int inside = get_ion(t, HNN_CALCIUM_ION, 0, HNN_ION_INSIDE); /* may move t->ions */
    t->ions[inside].varies = true;
}

/* ---- Nernst ---------------------------------------------------------------- */

/* Does the mechanism use, or change, a concentration of the ion? */
static bool uses_concentration(const layout_mechanism *m, const char *ion, bool change)
{
    for (int i = 0; i < m->setup->info->n_ions; i++) {
        const hnn_ion_info *k = &m->setup->info->ions[i];
        if ((k->write || !change) && is_concentration(k->role) && strcmp(k->ion, ion) == 0)
            return true;
    }
    return false;
}

/* Does a mechanism in the nodes first .. end - 1? */
static bool concentration_matters(const layout_type *t, const char *ion, int first, int end,
                                  bool change)
{
    for (size_t m = 0; m < t->n_mechanisms; m++) {
        const layout_mechanism *mech = &t->mechanisms[m];
        if (!uses_concentration(mech, ion, change))
            continue;
        for (size_t i = 0; i < mech->n; i++)
            if (mech->node[i] >= first && mech->node[i] < end)
                return true;
    }
    return false;
}

/* mV: R T / (z F).  The constants are those of NEURON's legacy units, as the reference has
 * them. */
static double nernst_factor(const layout_ion *ion, double celsius)
{
    const double gas = 8.3134, faraday = 96485.309, kelvin = 273.15;
    return 1e3 * gas * (celsius + kelvin) / faraday / ion->valence;
}

void layout_type_add_nernst(layout_type *t, layout_run *run, double celsius)
{
    run->nernst = hnn_alloc(t->n_ions, sizeof *run->nernst);
    for (size_t i = 0; i < t->n_ions; i++) {
        const layout_ion *ion = &t->ions[i];
        if (ion->role != HNN_ION_REVERSAL || !ion->varies || ion->valence == 0 ||
            !concentration_matters(t, ion->name, run->first, run->first + (int)run->n, true))
            continue;
        layout_nernst *e = &run->nernst[run->n_nernst++];
        *e = (layout_nernst){
            .reversal = (int)i,
            .inside = find_ion(t, ion->name, HNN_ION_INSIDE),
            .outside = find_ion(t, ion->name, HNN_ION_OUTSIDE),
            .factor = nernst_factor(ion, celsius),
        };
        e->steady = !t->ions[e->outside].varies;
        e->at_one = e->factor * vr_log(t->ions[e->outside].start[run->first]);
    }
}

/* Values at t = 0.  A reversal potential follows from the concentrations wherever some
 * mechanism uses one of them, even if none changes.                            */
static void set_start(layout_type *t, layout_ion *ion, double celsius)
{
    double value = default_value(ion->name, ion->role), followed = value;
    if (ion->role == HNN_ION_REVERSAL && ion->valence != 0) {
        double inside = default_value(ion->name, HNN_ION_INSIDE);
        double outside = default_value(ion->name, HNN_ION_OUTSIDE);
        followed = nernst_factor(ion, celsius) * vr_log(outside / inside);
    }
    ion->start = hnn_alloc((size_t)t->n_nodes, sizeof *ion->start);
    for (int n = 0; n < t->n_nodes; n++)
        ion->start[n] = followed != value && concentration_matters(t, ion->name, n, n + 1, false)
                            ? followed
                            : value;
}

/* ---- all of it ------------------------------------------------------------- */

void layout_type_place_ions(layout_type *t, const hnn_model *model)
{
    for (size_t m = 0; m < t->n_mechanisms; m++)
        use_ions_of(t, &t->mechanisms[m]);
    if (model->record.ca != HNN_RECORD_OFF)
        keep_calcium(t);
    for (size_t i = 0; i < t->n_ions; i++)
        use_nernst(t, i);
    for (size_t i = 0; i < t->n_ions; i++) {
        layout_ion *ion = &t->ions[i];
        /* Currents that nobody reads are not summed up. */
        bool current = ion->role == HNN_ION_CURRENT;
        ion->varies |= current ? ion->read : ion->written;
        set_start(t, ion, model->celsius);
        if (!ion->varies && !current)
            share_values(t, ion);
    }
}
