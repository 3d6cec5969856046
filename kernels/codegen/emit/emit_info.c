/* SPDX-License-Identifier: BSD-3-Clause */
/* What a mechanism is (runtime/catalogue/mechanism.h): as data. */
#include "codegen/emit/emit.h"

#include <string.h>

static void emit_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '\n') {
            fputs("\\n", out);
            continue;
        }
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputc('"', out);
}

void gen_emit_names(FILE *out, const char *mechanism, const char *what,
                    const nmodl_symbol *const *symbols, int n)
{
    if (n == 0)
        return;
    fprintf(out, "static const char *const %s_%s[] = {", mechanism, what);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s\"%s\"", i ? ", " : "", symbols[i]->name);
    fprintf(out, "};\n");
}

static void emit_params(const gen_program *program, FILE *out)
{
    if (program->n_params == 0)
        return;
    fprintf(out, "static const hnn_param_info %s_params[] = {\n", program->module->name);
    for (int i = 0; i < program->n_params; i++) {
        const nmodl_symbol *p = program->params[i];
        fprintf(out, "    {\"%s\", ", p->name);
        emit_text(out, p->units);
        fprintf(out, ", %.17g, %.17g, %.17g, %s},\n", p->value, p->limited ? p->lower : 1.0,
                p->limited ? p->upper : 0.0, p->range ? "true" : "false");
    }
    fprintf(out, "};\n");
}

static void emit_ions(const gen_program *program, FILE *out)
{
    static const char *const roles[] = {[NMODL_ION_CURRENT] = "HNN_ION_CURRENT",
                                        [NMODL_ION_REVERSAL] = "HNN_ION_REVERSAL",
                                        [NMODL_ION_INSIDE] = "HNN_ION_INSIDE",
                                        [NMODL_ION_OUTSIDE] = "HNN_ION_OUTSIDE"};
    if (program->n_ions == 0)
        return;
    fprintf(out, "static const hnn_ion_info %s_ions[] = {\n", program->module->name);
    for (int i = 0; i < program->n_ions; i++) {
        const nmodl_symbol *s = program->ions[i];
        fprintf(out, "    {\"%s\", \"%s\", %s, %s, %s, %g},\n", s->name, s->ion->name,
                roles[s->role], s->ion_read ? "true" : "false", s->ion_write ? "true" : "false",
                s->ion->valence);
    }
    fprintf(out, "};\n");
}

/* The values that parameters have after INITIAL; nothing where it changes none. */
static void emit_effective(const gen_program *program, FILE *out)
{
    if (!program->effective)
        return;
    gen_writer writer;
    gen_writer_init(&writer, program, out, false, false);
    for (int i = 0; i < program->n_params; i++)
        gen_writer_need(&writer, program->effective[i]);
    fprintf(out, "\nstatic void %s_effective(const double *param, double *effective)\n{\n",
            program->module->name);
    gen_writer_declare(&writer);
    for (int i = 0; i < program->n_params; i++)
        fprintf(out, "    effective[%d] = %s;\n", i,
                gen_writer_text(&writer, program->effective[i]));
    fprintf(out, "}\n");
    gen_writer_clear(&writer);
}

static const char *kind_of(const nmodl_module *module)
{
    if (!module->point)
        return "HNN_MEMBRANE_MECHANISM";
    return module->net_receive ? "HNN_SYNAPSE" : "HNN_POINT_PROCESS";
}

static int count_states(const gen_program *program)
{
    int n = 0;
    while (n < program->n_states && program->states[n]->kind == NMODL_STATE)
        n++;
    return n;
}

static void emit_list(FILE *out, const char *mechanism, const char *list, int n)
{
    fprintf(out, "    .n_%s = %d,\n", list, n);
    if (n)
        fprintf(out, "    .%s = %s_%s,\n", list, mechanism, list);
}

void gen_emit_info(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    int n_states = count_states(program);
    emit_params(program, out);
    gen_emit_names(out, name, "states", program->states, n_states);
    gen_emit_names(out, name, "currents", program->currents, program->n_currents);
    emit_ions(program, out);
    emit_effective(program, out);
    fprintf(out,
            "\nstatic const hnn_mechanism_info %s_info = {\n    .name = \"%s\",\n    .title = ",
            name, name);
    emit_text(out, program->module->title);
    fprintf(out, ",\n    .comment = ");
    emit_text(out, program->module->comment);
    fprintf(out, ",\n    .kind = %s,\n", kind_of(program->module));
    emit_list(out, name, "params", program->n_params);
    emit_list(out, name, "states", n_states);
    emit_list(out, name, "ions", program->n_ions);
    emit_list(out, name, "currents", program->n_currents);
    if (program->effective)
        fprintf(out, "    .effective = %s_effective,\n", name);
    fprintf(out, "};\n");
}
