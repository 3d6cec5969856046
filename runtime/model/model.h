/* SPDX-License-Identifier: BSD-3-Clause */
/* The model: one plain, engine-independent description of what to simulate.
 *
 * Made by the readers (hnn/1 YAML, hnn-core network JSON, flat parameters), then
 * never changed.  It knows nothing of engines, MPI or files.  Everything hangs
 * off one arena and dies with hnn_model_destroy.
 *
 * Units: ms, mV, um, nA, uS, S/cm2 for densities as each mechanism declares them,
 * uF/cm2 for cm, ohm cm for Ra, Hz for rates, S/m for conductivity.           */
#ifndef HNN_MODEL_H
#define HNN_MODEL_H

#include "base/error.h"
#include "base/memory.h"
#include "model/record.h"
#include <stdint.h>

/* ---- cells ---------------------------------------------------------------- */

/* A mechanism parameter that may vary along a section.
 * CONST        value
 * SEGMENTS     explicit values at positions 0..1 (hnn-core's [[x..], [values..]]);
 *              a segment takes the value whose position lies in it; segments
 *              without one keep the mechanism's default
 * EXPONENTIAL  scale * (exp(rate * d) + offset)
 * LINEAR       from + (to - from) * min(d, distance) / distance
 * d is the path distance (um) from soma(0) to the segment's middle, as NEURON's
 * distance() with the origin at soma(0) measures it.                          */
typedef enum hnn_profile {
    HNN_PROFILE_CONST,
    HNN_PROFILE_SEGMENTS,
    HNN_PROFILE_EXPONENTIAL,
    HNN_PROFILE_LINEAR
} hnn_profile;

typedef struct hnn_param {
    const char *name; /* NMODL's own name, without the mechanism's suffix: "gbar" */
    hnn_profile profile;
    double value;               /* CONST                 */
    size_t n;                   /* SEGMENTS: how many    */
    double *positions, *values; /* SEGMENTS: n each      */
    double scale, rate, offset; /* EXPONENTIAL           */
    double from, to, distance;  /* LINEAR                */
    hnn_place place;
} hnn_param;

/* A density mechanism in a section, or a point process' parameter pack. */
typedef struct hnn_mechanism {
    const char *name; /* in the catalogue of mechanisms */
    size_t n_params;
    hnn_param *params; /* point processes: HNN_PROFILE_CONST only */
    hnn_place place;
} hnn_mechanism;

/* A receptor of a cell type: "ampa" -> Exp2Syn(e, tau1, tau2). */
typedef struct hnn_receptor {
    const char *name;
    hnn_mechanism mechanism;
} hnn_receptor;

typedef struct hnn_section {
    const char *name;
    double L, diam, cm, Ra, v0;
    size_t n_points;     /* 3-d points, >= 2 */
    double (*points)[3]; /* relative to the cell's position, um */
    size_t n_mechanisms;
    hnn_mechanism *mechanisms;
    size_t n_receptors;
    int *receptors;  /* indices into the cell type's receptors; one synapse each at 0.5 */
    int parent;      /* index of the parent section, -1 for the root */
    double parent_x; /* 0 or 1: where on the parent */
    double child_x;  /* 0 or 1: which end of this section is attached */
    hnn_place place;
} hnn_section;

/* A named group of sections: "proximal", "distal". */
typedef struct hnn_group {
    const char *name;
    size_t n_sections;
    int *sections;
} hnn_group;

typedef struct hnn_cell_type {
    const char *name;
    const char *morpho_type;                /* "pyramidal", "basket", ... ; "" if not given */
    const char *electro_type;               /* "excitatory" | "inhibitory" | "" */
    const char *layer;                      /* "2", "5", ... ; "" if not given */
    const char *reference, *color, *marker; /* "" if not given */
    bool measure_dipole;
    const char *apical_section; /* the axis of the dipole; "apical_trunk" by default */
    size_t n_sections;
    hnn_section *sections; /* a tree: sections[0] is the only root, every parent stands before
                              its children, siblings in the order of attachment */
    int soma;              /* index of the section "soma" */
    size_t n_receptors;
    hnn_receptor *receptors;
    size_t n_groups;
    hnn_group *groups;
    size_t n_cells;
    double (*positions)[3]; /* n_cells, um; gid order */
    const char *grid;       /* "pyramidal" or "basket": positions follow from mesh, distance
                               and z; NULL: they were listed */
    double z;               /* with grid: depth of this type's layer, um */
    hnn_place place;
} hnn_cell_type;

/* ---- connections ---------------------------------------------------------- */

typedef struct hnn_pair {
    int source, target; /* gids */
} hnn_pair;

/* One rule; sources are a cell type or a drive.  The weight of a pair at in-plane
 * distance d is weight * gain * exp(-d^2 / (lamtha * inplane_distance)^2), its
 * delay is delay / that exponential.  Weight in uS.                           */
typedef struct hnn_connection {
    const char *source; /* a cell type's or a drive's name */
    int source_type;    /* index of the cell type, -1 if the source is a drive */
    int source_drive;   /* index of the drive, -1 if the source is a cell type */
    int target_type;
    const char *location; /* group or section of the target type */
    int receptor;         /* index into the target type's receptors */
    double weight, delay, lamtha, threshold, gain;
    bool allow_autapses;
    double probability;
    int64_t conn_seed; /* used when probability < 1 */
    bool has_pairs;    /* pairs given explicitly (network JSON): they are authoritative */
    size_t n_pairs;
    hnn_pair *pairs;
    hnn_place place;
} hnn_connection;

/* ---- drives --------------------------------------------------------------- */

typedef struct hnn_drive_kind hnn_drive_kind; /* drives/drives.h */

/* How a drive reaches one cell type. */
typedef struct hnn_drive_target {
    int cell_type;
    double *weights; /* uS, by the drive's receptors; NAN: none given (0 counts as given) */
    double delay;    /* ms */
    double rate;     /* Hz, of its drive cells, where the kind has one for each target; else NAN */
    double probability;
} hnn_drive_target;

typedef struct hnn_drive {
    const char *name;
    const hnn_drive_kind *kind;
    const void *params;   /* the kind's own */
    const char *location; /* group or section of the targets */
    int64_t event_seed, conn_seed;
    double space_constant; /* lamtha of its connections */
    int n_drive_cells;     /* resolved: n of cells when cell_specific */
    bool cell_specific;
    size_t n_receptors;
    const char **receptors; /* by which it reaches its targets, in the order of its connections */
    size_t n_targets;
    hnn_drive_target *targets; /* in cell-type order; legacy: all types */
    bool connections_listed;   /* its connections stand in hnn_model.connections already
                                  (network JSON); else they follow from targets */
    hnn_place place;
} hnn_drive;

typedef struct hnn_bias {
    const char *name;
    int cell_type;
    int section;
    double position;  /* 0..1 */
    double amplitude; /* nA */
    double t0, tstop; /* ms; tstop NAN: the end of the simulation */
    hnn_place place;
} hnn_bias;

typedef enum hnn_electrode_method { HNN_ELECTRODE_PSA, HNN_ELECTRODE_LSA } hnn_electrode_method;

typedef struct hnn_electrodes {
    const char *name;
    hnn_electrode_method method;
    double conductivity; /* S/m */
    double min_distance; /* um  */
    size_t n_contacts;
    double (*positions)[3]; /* um */
    hnn_place place;
} hnn_electrodes;

/* ---- what to run, record and do with it ----------------------------------- */

typedef struct hnn_postprocess {
    hnn_place place; /* of the block */
    double smooth;   /* ms, Hamming window; 0: off */
    double savgol;   /* Hz, high-frequency cutoff; 0: off */
    double scale;    /* 1: off */
} hnn_postprocess;

typedef struct hnn_sweep_parameter {
    const char *path; /* dotted */
    size_t n;
    char **values; /* YAML scalars or flow nodes, as text */
    hnn_place place;
} hnn_sweep_parameter;

typedef struct hnn_sweep {
    bool zip; /* false: grid */
    size_t n_parameters;
    hnn_sweep_parameter *parameters;
} hnn_sweep;

typedef struct hnn_gains {
    double e_e, e_i, i_e, i_i;
} hnn_gains;

typedef struct hnn_model {
    hnn_arena *arena;
    const char *name;  /* for folders: file name without extension, or the bundled model */
    const char *title; /* "" if not given */
    const char *source_file;
    const char *base_model; /* bundled model it started from; "" if none */
    bool legacy_mode;
    double celsius;
    int mesh[2];
    double inplane_distance; /* um */
    double origin[3];        /* um: where drive cells sit */
    double threshold;        /* mV: spike detection of cells with no outgoing connection */
    size_t n_cell_types;
    hnn_cell_type *cell_types; /* gid order */
    size_t n_connections;
    hnn_connection *connections; /* between cells; and those of drives with connections_listed */
    hnn_gains gains; /* by electro-type of source and target, on top of hnn_connection.gain; not
                        applied to connections from drives */
    size_t n_drives;
    hnn_drive *drives; /* gid order, after the cells */
    size_t n_biases;
    hnn_bias *biases;
    size_t n_electrodes;
    hnn_electrodes *electrodes;
    double tstop, dt; /* ms */
    int trials;
    hnn_record record;
    hnn_postprocess postprocess;
    hnn_sweep sweep;
    const char *engine; /* execution.engine: "auto", a name, or names joined by "+"; whether there
                           are engines of these names is not known here */
    hnn_place engine_place;
    int threads, ranks; /* execution; 0: not given */
    int n_devices;
    int *devices; /* execution: GPUs that may be used; 0 of them: all */
    bool mixed;   /* execution.precision: mixed precision is allowed, not only double */
    size_t n_warnings;
    char **warnings;
} hnn_model;

/* An empty model with the defaults of everything a file may leave out, named after the file. */
hnn_model *hnn_model_create(const char *path);
void hnn_model_destroy(hnn_model *model); /* NULL is fine */
/* Adds a warning, with the place in front if there is one.  Of very many only the first are
 * kept: false once no more are.                                               */
bool hnn_model_warn(hnn_model *model, hnn_place place, const char *fmt, ...) HNN_PRINTF(3, 4);
/* Where drive cells sit unless the file says otherwise: over the middle of the mesh, at half
 * the height of the layers.                                                   */
void hnn_model_default_origin(const hnn_model *model, double origin[3]);

/* Number of samples of a run: floor(tstop / dt) + 1, sample k being the state at k*dt. */
size_t hnn_model_samples(const hnn_model *model);
/* Time of a sample (ms) as the reference accumulates it, two half steps at a time: its rounding
 * decides what happens at the limits.  Takes as long as there are steps.        */
double hnn_model_accumulated_time(const hnn_model *model, size_t sample);
/* Is the section recorded? */
bool hnn_is_recorded(hnn_extent extent, const hnn_cell_type *type, int section);
/* -1 when there is none of that name. */
int hnn_model_cell_type(const hnn_model *model, const char *name);
int hnn_cell_type_section(const hnn_cell_type *type, const char *name);
int hnn_cell_type_receptor(const hnn_cell_type *type, const char *name);
/* Segments of a section: hnn-core's rule, 1 up to 100 um, else int(L/50) made odd. */
int hnn_section_nseg(double L);

#endif
