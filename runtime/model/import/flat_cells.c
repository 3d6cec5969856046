/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/put.h"
#include "model/import/flat_internal.h"

#include <string.h>

/* Sections as the parameters spell them and as the model does; of the layer 2/3 cell all but
 * apical_2.                                                                   */
static const struct {
    const char *flat, *name;
} sections[] = {
    {"soma", "soma"},        {"apicaltrunk", "apical_trunk"}, {"apical1", "apical_1"},
    {"apical2", "apical_2"}, {"apicaltuft", "apical_tuft"},   {"apicaloblique", "apical_oblique"},
    {"basal1", "basal_1"},   {"basal2", "basal_2"},           {"basal3", "basal_3"}};
enum { N_SECTIONS = sizeof sections / sizeof *sections };

static const char *const receptors[] = {"ampa", "nmda", "gabaa", "gabab"};

typedef struct cell {
    const char *prefix; /* "L2Pyr" */
    bool layer5;
    hnn_node *synapses, *sections;
} cell;

/* The mapping at this key, made if it is not there. */
static hnn_node *child(const hnn_flat *flat, hnn_node *mapping, const char *key)
{
    hnn_node *node = hnn_node_get(mapping, key);
    if (!node) {
        node = hnn_node_mapping(flat->arena);
        hnn_node_set(flat->arena, mapping, key, node);
    }
    return node;
}

static bool has_section(const cell *c, size_t i)
{
    return c->layer5 || strcmp(sections[i].name, "apical_2") != 0;
}

/* Copies the parameter, if the file gives it. */
static void copy(const hnn_flat *flat, hnn_node *mapping, const char *name, const char *key)
{
    if (hnn_flat_node(flat, key))
        hnn_flat_put(flat, mapping, name, key, 0);
}

static void put_geometry(const hnn_flat *flat, const cell *c, size_t i)
{
    hnn_node *section = child(flat, c->sections, sections[i].name);
    const char *kind = i == 0 ? "soma" : "dend";
    copy(flat, section, "L", hnn_flat_key(flat, "%s_%s_L", c->prefix, sections[i].flat));
    copy(flat, section, "diam", hnn_flat_key(flat, "%s_%s_diam", c->prefix, sections[i].flat));
    copy(flat, section, "cm", hnn_flat_key(flat, "%s_%s_cm", c->prefix, kind));
    copy(flat, section, "Ra", hnn_flat_key(flat, "%s_%s_Ra", c->prefix, kind));
}

static void put_densities(const hnn_flat *flat, const cell *c, size_t i)
{
    static const struct {
        const char *param, *mechanism;
        bool layer5_only;
    } densities[] = {{"gkbar", "hh2", false}, {"gnabar", "hh2", false}, {"el", "hh2", false},
                     {"gl", "hh2", false},    {"gbar", "km", false},    {"gbar", "ca", true},
                     {"taur", "cad", true},   {"gbar", "kca", true},    {"gbar", "cat", true},
                     {"gbar", "ar", true}};
    hnn_node *mechs = child(flat, child(flat, c->sections, sections[i].name), "mechs");
    for (size_t k = 0; k < sizeof densities / sizeof *densities; k++) {
        const char *mechanism = densities[k].mechanism;
        /* Dendrites have their own rule for ar: it grows with the distance from the soma. */
        bool by_distance = i > 0 && strcmp(mechanism, "ar") == 0;
        if (by_distance || (densities[k].layer5_only && !c->layer5))
            continue;
        const char *name = hnn_flat_key(flat, "%s_%s", densities[k].param, mechanism);
        const char *key = hnn_flat_key(flat, "%s_%s_%s", c->prefix, i == 0 ? "soma" : "dend", name);
        if (hnn_flat_node(flat, key))
            copy(flat, child(flat, mechs, mechanism), name, key);
    }
}

static void put_receptors(const hnn_flat *flat, const cell *c)
{
    static const char *const params[] = {"e", "tau1", "tau2"};
    for (size_t r = 0; r < sizeof receptors / sizeof *receptors; r++)
        for (size_t p = 0; p < sizeof params / sizeof *params; p++) {
            const char *key = hnn_flat_key(flat, "%s_%s_%s", c->prefix, receptors[r], params[p]);
            copy(flat, child(flat, c->synapses, receptors[r]), params[p], key);
        }
}

hnn_node *hnn_flat_cells(const hnn_flat *flat)
{
    static const struct {
        const char *prefix, *name;
    } types[] = {{"L2Pyr", "L2_pyramidal"}, {"L5Pyr", "L5_pyramidal"}};
    hnn_node *cells = hnn_node_mapping(flat->arena);
    for (size_t t = 0; t < 2; t++) {
        hnn_node *type = child(flat, cells, types[t].name);
        cell c = {.prefix = types[t].prefix,
                  .layer5 = t == 1,
                  .synapses = child(flat, type, "synapses"),
                  .sections = child(flat, type, "sections")};
        put_receptors(flat, &c);
        for (size_t i = 0; i < N_SECTIONS; i++)
            if (has_section(&c, i)) {
                put_geometry(flat, &c, i);
                put_densities(flat, &c, i);
            }
    }
    return cells;
}
