/* SPDX-License-Identifier: BSD-3-Clause */
#include "engine/neuron/shim.h"

extern "C" {
#include "base/memory.h"
}
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

/* The others do not stand without it. */
#include <section.h>

#include <hocdec.h>
#include <membfunc.h>
#include <multicore.h>
#include <neuron.h>
#include <nrniv_mf.h>

/* What libnrniv has and its installed headers do not declare. */
struct NPySecObj;
class OcJumpImpl;
class OcJump
{
  public:
    OcJump();
    virtual ~OcJump();
    void *fpycall(void *(*)(void *, void *), void *, void *);

  private:
    OcJumpImpl *impl_;
};
int ivocmain_session(int argc, const char **argv, const char **env, int start_session);
const char *nrn_version(int);
Section *nrnpy_newsection(NPySecObj *);
void nrn_rangeconst(Section *, Symbol *, double *, int op);
void nrn_change_nseg(Section *, int);
void nrn_length_change(Section *, double);
void stor_pt3d(Section *, double x, double y, double z, double d);
void simpleconnectsection();
void nrn_define_shape();
void nrn_loc_point_process(int pointtype, Point_process *, Section *, Node *);
Object *hoc_newobj1(Symbol *, int narg);
void nrn_finitialize(int setv, double v);
void nrn_fixed_step();
extern double t, dt, celsius;
extern int secondorder, diam_changed;
extern Symbol **pointsym;
extern char *pnt_map;
extern int nrn_use_fast_imem;
extern "C" {
extern int nrn_nobanner_, nrn_noauto_dlopen_nrnmech, nrn_is_python_extension;
void nrnpy_set_pr_etal(int (*print)(int stream, char *text), int (*pass)());
int hoc_oc(const char *);
void *create_point_process(int pointtype, Object *);
void destroy_point_process(void *);
}

/* What NEURON keeps about a section, in its CABLESECTION property. */
enum { SECTION_LENGTH = 2, SECTION_RA = 7, SECTION_ITEM = 8 };

static bool started;
static Point_process *event_source;
static hnn_event_list *event_list;
static Symbol *symbol_v, *symbol_diam, *symbol_cm;

/* ---- messages and errors -------------------------------------------------- */

/* NEURON says in several calls what is wrong; the first lines matter. */
static char message_text[2048];
static size_t message_length;

static int keep_message(int, char *text)
{
    size_t room = sizeof message_text - 1 - message_length;
    size_t n = strlen(text);
    if (n > room)
        n = room;
    memcpy(message_text + message_length, text, n);
    message_length += n;
    message_text[message_length] = '\0';
    return 0;
}

static int always_pass()
{
    return 1;
}

/* Without the program's name in front, and without the line of hoc that there is not. */
static void strip_message(char *text)
{
    static const char program[] = "hnn-run: ";
    char *line = strstr(text, " near line ");
    if (line)
        *line = '\0';
    if (strncmp(text, program, sizeof program - 1) == 0)
        memmove(text, text + sizeof program - 1, strlen(text + sizeof program - 1) + 1);
}

char *neuron_messages(void)
{
    char *out = static_cast<char *>(hnn_alloc(message_length + 1, 1));
    size_t n = 0;
    for (size_t i = 0; i < message_length; i++) {
        char c = message_text[i] == '\n' || message_text[i] == '\t' ? ' ' : message_text[i];
        if (c != ' ' || (n && out[n - 1] != ' '))
            out[n++] = c;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    message_length = 0;
    strip_message(out);
    if (*out)
        return out;
    free(out);
    return nullptr;
}

struct trapped_call {
    void (*body)(void *);
    void *arg;
};

static void *call_trapped(void *call, void *)
{
    auto *c = static_cast<trapped_call *>(call);
    c->body(c->arg);
    return call;
}

hnn_status neuron_try(void (*body)(void *), void *arg, hnn_status code, hnn_errors *errors)
{
    trapped_call call = {body, arg};
    message_length = 0;
    OcJump trap;
    if (trap.fpycall(call_trapped, &call, nullptr))
        return HNN_OK;
    HNN_AUTO_FREE char *said = neuron_messages();
    return hnn_fail(errors, code, "NEURON: %s", said ? said : "an error without a message");
}

/* ---- start ---------------------------------------------------------------- */

static void prepare(void *)
{
    static const char setup[] = "nrnunit_use_legacy(1)\n"
                                "objref hnn_cvode\n"
                                "hnn_cvode = new CVode()\n"
                                "hnn_cvode.active(0)\n"
                                "hnn_cvode.cache_efficient(1)\n";
    if (hoc_oc(setup))
        hoc_execerror("its set-up failed", nullptr);
    secondorder = 0;
    symbol_v = hoc_lookup("v");
    symbol_diam = hoc_lookup("diam");
    symbol_cm = hoc_lookup("cm");
    Symbol *source = hoc_lookup("HnnEventSource");
    if (!symbol_v || !symbol_diam || !symbol_cm || !source)
        hoc_execerror("its mechanisms are not registered", nullptr);
    Object *object = hoc_newobj1(source, 0);
    event_source = static_cast<Point_process *>(object->u.this_pointer);
}

static void start_session()
{
    static const char *argv[] = {"hnn-run", "-nogui", "-nopython", "-nobanner", "-notatty",
                                 "-NSTACK", "100000", "-NFRAME",   "20000",     nullptr};
    nrn_nobanner_ = 1;
    nrn_noauto_dlopen_nrnmech = 1;
    nrn_mpiabort_on_error_ = 0;
    ivocmain_session(sizeof argv / sizeof *argv - 1, argv, nullptr, 0);
    /* Only a "Python extension" may say where messages go. */
    nrn_is_python_extension = 1;
    nrnpy_set_pr_etal(keep_message, always_pass);
    nrn_is_python_extension = 0;
}

hnn_status neuron_start(hnn_errors *errors)
{
    static const int kept[] = {SIGINT, SIGTERM, SIGFPE, SIGSEGV, SIGBUS, SIGPIPE, SIGHUP, SIGUSR1};
    struct sigaction before[sizeof kept / sizeof *kept];
    if (started)
        return HNN_OK;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        sigaction(kept[i], nullptr, &before[i]);
    start_session();
    hnn_status status = neuron_try(prepare, nullptr, HNN_ERR_MACHINE, errors);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        sigaction(kept[i], &before[i], nullptr);
    started = status == HNN_OK;
    return status;
}

const char *neuron_version(void)
{
    return nrn_version(0);
}

/* ---- mechanisms ----------------------------------------------------------- */

static bool has_symbol(int type)
{
    return type > CABLESECTION && type < n_memb_func && memb_func[type].sym;
}

int neuron_mechanism(const char *name)
{
    for (int type = 0; type < n_memb_func; type++)
        if (has_symbol(type) && strcmp(memb_func[type].sym->name, name) == 0)
            return type;
    return -1;
}

/* Range variables of a density mechanism carry its name: gbar_ca. */
static bool is_variable(int type, const Symbol *symbol, const char *name)
{
    size_t n = strlen(name);
    if (symbol->subtype == NRNPOINTER || strncmp(symbol->name, name, n) != 0)
        return false;
    if (memb_func[type].is_point || symbol->name[n] == '\0')
        return symbol->name[n] == '\0';
    return symbol->name[n] == '_' && strcmp(symbol->name + n + 1, memb_func[type].sym->name) == 0;
}

static const Symbol *find_variable(int type, const char *name)
{
    const Symbol *mechanism = memb_func[type].sym;
    for (unsigned i = 0; i < mechanism->s_varn; i++)
        if (is_variable(type, mechanism->u.ppsym[i], name))
            return mechanism->u.ppsym[i];
    return nullptr;
}

int neuron_mechanism_variable(int type, const char *name)
{
    const Symbol *symbol = find_variable(type, name);
    return symbol ? symbol->u.rng.index : -1;
}

/* ---- building ------------------------------------------------------------- */

neuron_section *neuron_section_create(const neuron_shape *shape)
{
    Section *section = nrnpy_newsection(nullptr);
    nrn_popsec(); /* which making a section pushes */
    for (size_t i = 0; i < shape->n_points; i++)
        stor_pt3d(section, shape->points[i][0] + shape->offset[0],
                  shape->points[i][1] + shape->offset[1], shape->points[i][2] + shape->offset[2],
                  1);
    section->prop->dparam[SECTION_LENGTH].val = shape->L;
    nrn_length_change(section, shape->L);
    double diam = shape->diam, cm = shape->cm, v0 = shape->v0;
    nrn_rangeconst(section, symbol_diam, &diam, 0);
    section->prop->dparam[SECTION_RA].val = shape->Ra;
    nrn_rangeconst(section, symbol_cm, &cm, 0);
    nrn_change_nseg(section, shape->nseg);
    nrn_rangeconst(section, symbol_v, &v0, 0);
    diam_changed = 1;
    section->recalc_area_ = 1;
    return section;
}

void neuron_section_destroy(neuron_section *section)
{
    sec_free(section->prop->dparam[SECTION_ITEM].itm);
}

void neuron_section_connect(neuron_section *child, double child_x, neuron_section *parent,
                            double parent_x)
{
    hoc_pushx(child_x);
    hoc_pushx(parent_x);
    nrn_pushsec(child);
    nrn_pushsec(parent);
    simpleconnectsection();
}

void neuron_section_insert(neuron_section *section, int type)
{
    mech_insert1(section, type);
}

void neuron_section_set(neuron_section *section, double x, int type, int variable, double value)
{
    nrn_mechanism(type, section->pnode[node_index(section, x)])->param[variable] = value;
}

neuron_node *neuron_section_node(neuron_section *section, double x)
{
    return node_exact(section, x);
}

neuron_point *neuron_point_create(neuron_section *section, double x, int type)
{
    int point_type = pnt_map[type];
    auto *point = static_cast<Point_process *>(create_point_process(point_type, nullptr));
    nrn_loc_point_process(point_type, point, section, node_exact(section, x));
    return point;
}

void neuron_point_destroy(neuron_point *point)
{
    destroy_point_process(point);
}

void neuron_point_set(neuron_point *point, int variable, double value)
{
    point->prop->param[variable] = value;
}

void neuron_shape_finish(void)
{
    nrn_define_shape();
}

/* ---- running -------------------------------------------------------------- */

void neuron_configure(double temperature, double step, bool membrane_currents)
{
    if (membrane_currents != (nrn_use_fast_imem != 0) &&
        hoc_oc(membrane_currents ? "hnn_cvode.use_fast_imem(1)\n" : "hnn_cvode.use_fast_imem(0)\n"))
        hoc_execerror("membrane currents cannot be had", nullptr);
    celsius = temperature;
    dt = step;
}

void neuron_init(void)
{
    nrn_finitialize(0, 0);
    if (hoc_oc("fcurrent()\n"))
        hoc_execerror("the currents at t = 0 could not be computed", nullptr);
}

void neuron_step(void)
{
    nrn_fixed_step();
}

double neuron_time(void)
{
    return nrn_threads->_t;
}

size_t neuron_node_count(void)
{
    return (size_t)nrn_threads->end;
}

void neuron_voltages_copy(double *out)
{
    for (int i = 0; i < nrn_threads->end; i++)
        out[i] = NODEV(nrn_threads->_v_node[i]);
}

void neuron_voltages_set(const double *in)
{
    for (int i = 0; i < nrn_threads->end; i++)
        NODEV(nrn_threads->_v_node[i]) = in[i];
}

const double *neuron_node_voltage(const neuron_node *node)
{
    return &NODEV(node);
}

const double *neuron_node_current(const neuron_node *node)
{
    return node->_nt->_nrn_fast_imem->_nrn_sav_rhs + node->v_node_index;
}

double neuron_node_area(const neuron_node *node)
{
    return NODEAREA(node);
}

double neuron_node_resistance(const neuron_node *node)
{
    return NODERINV(node) != 0 ? 1. / NODERINV(node) : 1e30;
}

const double *neuron_node_variable(neuron_node *node, int type, int variable)
{
    Prop *prop = nrn_mechanism(type, node);
    return prop ? prop->param + variable : nullptr;
}

const double *neuron_point_variable(const neuron_point *point, const char *name)
{
    int variable = neuron_mechanism_variable(point->prop->type, name);
    return variable < 0 ? nullptr : point->prop->param + variable;
}

/* ---- events --------------------------------------------------------------- */

void neuron_events_bind(hnn_event_list *list)
{
    event_list = list;
    hnn_event_source_bind(event_source, list);
}

void neuron_events_wake(double at)
{
    hnn_event_source_wake(event_source, at);
}

int neuron_point_event_args(const neuron_point *point)
{
    return pnt_receive_size[point->prop->type];
}

void neuron_point_event_init(neuron_point *point, double *args)
{
    int type = point->prop->type;
    for (int i = 1; i < pnt_receive_size[type]; i++)
        args[i] = 0;
    if (pnt_receive_init[type])
        pnt_receive_init[type](point, args, 0);
}

void neuron_point_receive(neuron_point *point, double *args, double flag)
{
    pnt_receive[point->prop->type](point, args, flag);
}

void hnn_net_send(void **, double *args, Point_process *synapse, double time, double flag)
{
    const char *name = memb_func[synapse->prop->type].sym->name;
    if (!args)
        hoc_execerror(name, "sends itself an event without having received one");
    if (!(time >= t))
        hoc_execerror(name, "sends itself an event into the past: a duration is negative");
    event_list->send(event_list->owner, time, flag);
}
