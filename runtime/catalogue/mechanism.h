/* SPDX-License-Identifier: BSD-3-Clause */
/* What a mechanism is: an ion channel, a pump or a synapse as its NMODL file declares it.
 *
 * Constant data without any code that runs the mechanism: hnn-kernel-generator writes it from the
 * .mod files at build time, so that every engine can give it without being started.
 *
 * Units are those of the file.  Currents are mA/cm2 of membrane mechanisms, nA of point
 * processes.                                                                  */
#ifndef HNN_MECHANISM_H
#define HNN_MECHANISM_H

#include <stdbool.h>

/* The ion whose concentration inside is recorded as calcium. */
#define HNN_CALCIUM_ION "ca"

typedef enum hnn_mechanism_kind {
    HNN_MEMBRANE_MECHANISM, /* SUFFIX: in the whole membrane of a section */
    HNN_SYNAPSE,            /* POINT_PROCESS with NET_RECEIVE: receives events */
    HNN_POINT_PROCESS       /* any other POINT_PROCESS */
} hnn_mechanism_kind;

typedef struct hnn_param_info {
    const char *name, *units; /* units: "" if the file gives none */
    double value;             /* default */
    double lower, upper;      /* limits; lower > upper: none */
    bool range;               /* may differ between places, so a model may set it; else one value
                                 for all */
} hnn_param_info;

typedef enum hnn_ion_role {
    HNN_ION_CURRENT,  /* ica */
    HNN_ION_REVERSAL, /* eca */
    HNN_ION_INSIDE,   /* cai */
    HNN_ION_OUTSIDE   /* cao */
} hnn_ion_role;

/* A variable of an ion that a mechanism uses. */
typedef struct hnn_ion_info {
    const char *variable; /* "ica" */
    const char *ion;      /* "ca" */
    hnn_ion_role role;
    bool read, write;
    double valence; /* 0: not given */
} hnn_ion_info;

typedef struct hnn_mechanism_info {
    const char *name;
    const char *title, *comment; /* the file's first COMMENT, in lines; "" if it gives none */
    hnn_mechanism_kind kind;
    int n_params, n_states, n_ions, n_currents;
    const hnn_param_info *params;
    const char *const *states;
    const hnn_ion_info *ions;
    const char *const *currents; /* that reach the membrane: of ions, and NONSPECIFIC_CURRENTs */
    /* effective[n_params]: the values that the mechanism computes with where these are given,
     * param[n_params].  NULL: those given; else its INITIAL block changes some. */
    void (*effective)(const double *param, double *effective);
} hnn_mechanism_info;

static inline bool hnn_is_point_process(const hnn_mechanism_info *info)
{
    return info->kind != HNN_MEMBRANE_MECHANISM;
}

/* The mechanisms of the engine that this is linked into, by name, NULL at the end; made by
 * hnn-kernel-generator. */
extern const hnn_mechanism_info *const hnn_mechanisms[];

#endif
