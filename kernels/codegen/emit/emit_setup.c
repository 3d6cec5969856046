/* SPDX-License-Identifier: BSD-3-Clause */
/* <mechanism>.setup.h: the part on single numbers, and what the mechanism is. */
#include "codegen/emit/emit.h"

#include <string.h>

/* ---- functions ---------------------------------------------------------------- */

static void emit_prepare(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    gen_writer writer;
    gen_writer_init(&writer, program, out, false, false);
    for (int i = 0; i < program->n_coefs; i++)
        gen_writer_need(&writer, program->coefs[i]);
    fprintf(out,
            "\nstatic void %s_prepare(const double *param, const hnn_kernel_env *env, "
            "double *coef,\n    size_t stride)\n{\n"
            "    (void)param, (void)env, (void)coef, (void)stride;\n",
            name);
    gen_writer_declare(&writer);
    for (int i = 0; i < program->n_coefs; i++)
        fprintf(out, "    coef[%d * stride] = %s;\n", i,
                gen_writer_text(&writer, program->coefs[i]));
    fprintf(out, "}\n");
    gen_writer_clear(&writer);
}

static void emit_table(const gen_program *program, FILE *out, const gen_table *table)
{
    const char *name = program->module->name, *routine = table->routine->name;
    gen_writer writer;
    gen_writer_init(&writer, program, out, false, false);
    for (int i = 0; i < table->n_columns; i++)
        gen_writer_need(&writer, table->values[i]);
    fprintf(out,
            "\n/* The columns of the table of %s at x. */\n"
            "static void %s_%s_columns(const double *param, const hnn_kernel_env *env, double x,\n"
            "    double *columns)\n{\n    (void)param, (void)env, (void)x;\n",
            routine, name, routine);
    gen_writer_declare(&writer);
    for (int i = 0; i < table->n_columns; i++)
        fprintf(out, "    columns[%d] = %s; /* %s */\n", i,
                gen_writer_text(&writer, table->values[i]), table->columns[i]->name);
    fprintf(out, "}\n");
    gen_writer_clear(&writer);
}

static void emit_table_range(const gen_program *program, FILE *out, const gen_table *table)
{
    gen_writer writer;
    gen_writer_init(&writer, program, out, false, false);
    gen_writer_need(&writer, table->from);
    gen_writer_need(&writer, table->to);
    fprintf(out,
            "\nstatic void %s_%s_range(const double *param, const hnn_kernel_env *env, "
            "double *from,\n    double *to)\n{\n    (void)param, (void)env;\n",
            program->module->name, table->routine->name);
    gen_writer_declare(&writer);
    fprintf(out, "    *from = %s;\n", gen_writer_text(&writer, table->from));
    fprintf(out, "    *to = %s;\n}\n", gen_writer_text(&writer, table->to));
    gen_writer_clear(&writer);
}

static void emit_fill(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    if (program->n_tables == 0)
        return;
    for (int i = 0; i < program->n_tables; i++) {
        emit_table(program, out, &program->tables[i]);
        emit_table_range(program, out, &program->tables[i]);
    }
    fprintf(out,
            "\nstatic void %s_fill_table(int table, const double *param, "
            "const hnn_kernel_env *env,\n    double *rows, hnn_table_values *out)\n{\n"
            "    static const hnn_table_maker makers[] = {\n",
            name);
    for (int i = 0; i < program->n_tables; i++) {
        const char *routine = program->tables[i].routine->name;
        fprintf(out, "        {%s_%s_columns, %s_%s_range},\n", name, routine, name, routine);
    }
    fprintf(out,
            "    };\n    hnn_table_make(&%s_tables[table], &makers[table], param, env, rows, "
            "out);\n}\n",
            name);
}

static void emit_lookup(const gen_program *program, FILE *out, int k)
{
    const char *name = program->module->name;
    const gen_lookup *lookup = &program->lookups[k];
    gen_writer writer;
    gen_writer_init(&writer, program, out, false, false);
    for (int i = 0; i < lookup->n_columns; i++)
        gen_writer_need(&writer, lookup->columns[i]);
    fprintf(out,
            "\n/* What a step makes of a row of %s. */\n"
            "static void %s_lookup_%d(const double *param, const hnn_kernel_env *env,\n"
            "    const double *values, double *columns)\n{\n"
            "    (void)param, (void)env, (void)values;\n",
            program->tables[lookup->table].routine->name, name, k);
    gen_writer_declare(&writer);
    for (int i = 0; i < lookup->n_columns; i++)
        fprintf(out, "    columns[%d] = %s;\n", i, gen_writer_text(&writer, lookup->columns[i]));
    fprintf(out, "}\n");
    gen_writer_clear(&writer);
    gen_writer_init(&writer, program, out, false, false);
    gen_writer_need(&writer, lookup->offset);
    fprintf(out,
            "\nstatic double %s_offset_%d(const double *param, const hnn_kernel_env *env)\n{\n"
            "    (void)param, (void)env;\n",
            name, k);
    gen_writer_declare(&writer);
    fprintf(out, "    return %s;\n}\n", gen_writer_text(&writer, lookup->offset));
    gen_writer_clear(&writer);
}

static void emit_lookups(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    if (program->n_lookups == 0)
        return;
    for (int i = 0; i < program->n_lookups; i++)
        emit_lookup(program, out, i);
    fprintf(out, "\nstatic const hnn_kernel_lookup %s_lookups[] = {\n", name);
    for (int i = 0; i < program->n_lookups; i++)
        fprintf(out, "    {%d, %d, %s_lookup_%d, %s_offset_%d},\n", program->lookups[i].table,
                program->lookups[i].n_columns, name, i, name, i);
    fprintf(out, "};\n");
}

/* ---- what it is ------------------------------------------------------------------ */

static void emit_tables(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    if (program->n_tables == 0)
        return;
    for (int i = 0; i < program->n_tables; i++) {
        const gen_table *table = &program->tables[i];
        const char *what = hnn_arena_printf(program->arena, "%s_names", table->routine->name);
        gen_emit_names(out, name, what, table->columns, table->n_columns);
    }
    fprintf(out, "static const hnn_kernel_table %s_tables[] = {\n", name);
    for (int i = 0; i < program->n_tables; i++) {
        const gen_table *table = &program->tables[i];
        fprintf(out, "    {\"%s\", %d, %d, %d, %s_%s_names},\n", table->routine->name,
                table->n_columns, table->intervals, gen_table_width(table), name,
                table->routine->name);
    }
    fprintf(out, "};\n");
}

static void emit_coef_names(const gen_program *program, FILE *out)
{
    if (program->n_coefs == 0)
        return;
    fprintf(out, "static const char *const %s_coefs[] = {", program->module->name);
    for (int i = 0; i < program->n_coefs; i++) {
        const char *known = program->coefs[i]->name;
        fprintf(out, "%s\"%s\"", i ? ", " : "", known ? known : "");
    }
    fprintf(out, "};\n");
}

static void emit_list(FILE *out, const char *field, const char *name, const char *list, int n)
{
    fprintf(out, "    .n_%s = %d,\n", field, n);
    if (n)
        fprintf(out, "    .%s = %s_%s,\n", field, name, list);
}

static void emit_description(const gen_program *program, FILE *out)
{
    const nmodl_module *module = program->module;
    const char *name = module->name;
    fprintf(out,
            "\nconst hnn_mechanism_setup hnn_%s_setup = {\n    .info = &%s_info,\n"
            "    .linear = %s,\n    .n_states = %d,\n",
            name, name, program->linear ? "true" : "false", program->n_states);
    emit_list(out, "coefs", name, "coefs", program->n_coefs);
    emit_list(out, "tables", name, "tables", program->n_tables);
    emit_list(out, "lookups", name, "lookups", program->n_lookups);
    fprintf(out, "    .n_args = %d,\n    .n_sends = %d,\n    .prepare = %s_prepare,\n",
            program->n_args, program->receive.n_sends, name);
    if (program->n_tables)
        fprintf(out, "    .fill_table = %s_fill_table,\n", name);
    if (module->net_receive)
        fprintf(out, "    .receive = %s_receive,\n", name);
    if (module->net_receive && module->net_receive->initial)
        fprintf(out, "    .receive_init = %s_receive_init,\n", name);
    fprintf(out, "};\n");
}

void gen_emit_setup(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    const char *slash = strrchr(program->module->file, '/');
    fprintf(out,
            "/* %s on single numbers.  Made from %s by hnn-kernel-generator; changes belong "
            "there. */\n\n",
            name, slash ? slash + 1 : program->module->file);
    gen_emit_info(program, out);
    emit_coef_names(program, out);
    emit_tables(program, out);
    emit_prepare(program, out);
    emit_fill(program, out);
    emit_lookups(program, out);
    emit_description(program, out);
}
