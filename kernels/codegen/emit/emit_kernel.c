/* SPDX-License-Identifier: BSD-3-Clause */
/* <mechanism>.steps.h and <mechanism>.kernel.h: the part on vectors.
 *
 * Steps are what one instance does; kernels are the loops over instances.  Who brings loops of
 * his own, as a GPU does, includes only the steps.                              */
#include "codegen/emit/emit.h"

#include <string.h>

static void emit_change(gen_writer *writer, int state, const gen_change *change)
{
    fprintf(writer->out, "    vr_change_state(x, %d, %s, %s, %s);\n", state,
            gen_writer_text(writer, change->old), gen_writer_text(writer, change->first),
            gen_writer_text(writer, change->second));
}

/* changes: of each store; without an old value, what is stored is no change of a state. */
static void emit_stores(gen_writer *writer, const gen_block *block, const gen_change *changes)
{
    for (int i = 0; i < block->n_stores; i++) {
        const gen_store *store = &block->stores[i];
        if (changes[i].old) {
            emit_change(writer, store->index, &changes[i]);
            continue;
        }
        const char *value = gen_writer_text(writer, store->value);
        switch (store->target) {
        case GEN_TO_STATE:
            fprintf(writer->out, "    vr_set_state(x, %d, %s);\n", store->index, value);
            break;
        case GEN_TO_ION:
            fprintf(writer->out, "    vr_set_ion(x, %d, %s);\n", store->index, value);
            break;
        case GEN_TO_ION_CURRENT:
            fprintf(writer->out, "    vr_add_ion(x, %d, %s);\n", store->index, value);
            break;
        case GEN_TO_CURRENT:
            fprintf(writer->out, "    *current = %s;\n", value);
            break;
        case GEN_TO_CONDUCTANCE:
            fprintf(writer->out, "    *conductance = %s;\n", value);
            break;
        case GEN_TO_OUTPUT:
            fprintf(writer->out, "    vr_store(out + %d * VR_LANES, %s);\n", store->index, value);
            break;
        case GEN_TO_ARG:
            break;
        }
    }
}

/* ---- steps ----------------------------------------------------------------- */

static void emit_body(const gen_program *program, FILE *out, const gen_block *block)
{
    gen_writer writer;
    HNN_AUTO_FREE gen_change *changes = hnn_alloc((size_t)block->n_stores, sizeof *changes);
    gen_writer_init(&writer, program, out, true, true);
    gen_writer_need_block(&writer, block);
    for (int i = 0; i < block->n_stores; i++)
        (void)gen_writer_change(&writer, &block->stores[i], &changes[i]);
    gen_writer_declare(&writer);
    emit_stores(&writer, block, changes);
    fprintf(out, "}\n");
    gen_writer_clear(&writer);
}

/* init, state and tabulated */
static void emit_step(const gen_program *program, FILE *out, const char *what, const char *says,
                      const gen_block *block)
{
    if (block->n_stores == 0)
        return;
    fprintf(out, "\n/* %s */\nVR_INLINE void %s_%s_at(const vr_instance *x)\n{\n", says,
            program->module->name, what);
    emit_body(program, out, block);
}

static void emit_current_step(const gen_program *program, FILE *out)
{
    if (program->n_currents == 0)
        return;
    fprintf(out,
            "\n/* The membrane current and its derivative by v%s. */\n"
            "VR_INLINE void %s_current_at(const vr_instance *x, vreal *current, "
            "vreal *conductance)\n{\n",
            program->linear ? "" : ", as a difference over 0.001 mV", program->module->name);
    emit_body(program, out, &program->current);
    fprintf(out,
            "\n/* Each current by itself. */\n"
            "VR_INLINE void %s_outputs_at(const vr_instance *x, vscalar *out)\n{\n",
            program->module->name);
    emit_body(program, out, &program->outputs);
}

static void emit_receive_step(const gen_program *program, FILE *out)
{
    if (!program->additive)
        return;
    fprintf(out,
            "\n/* An event for all lanes. */\n"
            "VR_INLINE void %s_receive_at(const vr_instance *x, const vscalar *weight)\n{\n",
            program->module->name);
    emit_body(program, out, &program->receive);
}

static void say_origin(const gen_program *program, FILE *out, const char *what)
{
    const char *slash = strrchr(program->module->file, '/');
    fprintf(out, "/* %s %s.  Made from %s by hnn-kernel-generator; changes belong there. */\n",
            program->module->name, what, slash ? slash + 1 : program->module->file);
}

void gen_emit_steps(const gen_program *program, FILE *out)
{
    say_origin(program, out, "on vectors");
    emit_step(program, out, "init", "Values at the start, from the voltage.", &program->initial);
    emit_current_step(program, out);
    emit_step(program, out, "state", "One step of the states.", &program->state);
    emit_step(program, out, "tabulated", "One step of the states, from columns.",
              &program->tabulated);
    emit_receive_step(program, out);
}

/* ---- loops ------------------------------------------------------------------ */

static void emit_loop(const gen_program *program, FILE *out, const char *what,
                      const gen_block *block, int n_columns)
{
    const char *name = program->module->name;
    if (block->n_stores == 0)
        return;
    fprintf(out,
            "\nstatic void %s_%s(const hnn_kernel_block *block, const double *voltage)\n{\n"
            "    vr_each(block, voltage, %d, %d, %d, %s_%s_at);\n}\n",
            name, what, program->n_coefs, program->n_states, n_columns, name, what);
}

static void emit_current_loop(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    if (program->n_currents == 0)
        return;
    fprintf(out,
            "\nstatic void %s_current(const hnn_kernel_block *block, const double *voltage,\n"
            "    double *current, double *conductance)\n{\n"
            "    vr_each_current(block, voltage, %d, %d, current, conductance, "
            "%s_current_at);\n}\n",
            name, program->n_coefs, program->n_states, name);
    fprintf(out,
            "\nstatic void %s_outputs(const hnn_kernel_block *block, const double *voltage,\n"
            "    size_t instance, double *out)\n{\n"
            "    const vr_instance x = vr_instance_of(block, voltage, %d, %d, block->per_lane, "
            "instance);\n"
            "    %s_outputs_at(&x, out);\n}\n",
            name, program->n_coefs, program->n_states, name);
}

static void emit_receive_loop(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    if (!program->additive)
        return;
    fprintf(out,
            "\nstatic void %s_receive_lanes(const hnn_kernel_block *block, size_t instance,\n"
            "    const double *weight)\n{\n"
            "    const size_t lanes = block->per_lane ? VR_LANES : 1;\n"
            "    const vr_instance x = {.coef = block->coef + instance * %d * lanes,\n"
            "        .per_lane = block->per_lane,\n"
            "        .state = block->state + instance * %d * VR_LANES};\n"
            "    %s_receive_at(&x, weight);\n}\n",
            name, program->n_coefs, program->n_states, name);
}

static void emit_entry(FILE *out, const char *what, const char *name, const char *function,
                       bool there)
{
    if (there)
        fprintf(out, "    .%s = %s_%s,\n", what, name, function);
}

int gen_columns(const gen_program *program)
{
    int n = 0;
    for (int i = 0; i < program->n_lookups; i++)
        n += program->lookups[i].n_columns;
    return n;
}

void gen_emit_kernel(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    say_origin(program, out, "in all instances");
    fprintf(out, "#include \"%s.steps.h\"\n", name);
    emit_loop(program, out, "init", &program->initial, 0);
    emit_current_loop(program, out);
    emit_loop(program, out, "state", &program->state, 0);
    emit_loop(program, out, "tabulated", &program->tabulated, gen_columns(program));
    emit_receive_loop(program, out);
    fprintf(out, "\nstatic const hnn_kernel %s_kernel = {\n    .setup = &hnn_%s_setup,\n", name,
            name);
    emit_entry(out, "init", name, "init", program->initial.n_stores > 0);
    emit_entry(out, "current", name, "current", program->n_currents > 0);
    emit_entry(out, "state", name, "state", program->state.n_stores > 0);
    emit_entry(out, "tabulated", name, "tabulated", program->n_lookups > 0);
    emit_entry(out, "outputs", name, "outputs", program->n_currents > 0);
    emit_entry(out, "receive", name, "receive_lanes", program->additive);
    fprintf(out, "};\n");
}
