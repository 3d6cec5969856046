/* SPDX-License-Identifier: BSD-3-Clause */
/* receives.h: events on single numbers, for one instance. */
#include "codegen/emit/emit.h"

static void emit_send(gen_writer *writer, const gen_send *send)
{
    const char *indent = send->when ? "        " : "    ";
    if (send->when)
        fprintf(writer->out, "    if (%s) {\n", writer->text[send->when->id]);
    fprintf(writer->out, "%ssends->items[sends->n].delay = %s;\n", indent,
            gen_writer_text(writer, send->delay));
    fprintf(writer->out, "%ssends->items[sends->n++].flag = %s;\n", indent,
            gen_writer_text(writer, send->flag));
    if (send->when)
        fprintf(writer->out, "    }\n");
}

static void emit_body(const gen_program *program, FILE *out, const gen_block *block)
{
    gen_writer writer;
    gen_writer_init(&writer, program, out, true, false);
    gen_writer_need_block(&writer, block);
    gen_writer_declare(&writer);
    for (int i = 0; i < block->n_stores; i++) {
        const gen_store *store = &block->stores[i];
        const char *value = gen_writer_text(&writer, store->value);
        if (store->target == GEN_TO_STATE)
            fprintf(out, "    state[%d * state_stride] = %s;\n", store->index, value);
        else if (store->target == GEN_TO_ARG)
            fprintf(out, "    args[%d] = %s;\n", store->index, value);
    }
    for (int i = 0; i < block->n_sends; i++)
        emit_send(&writer, &block->sends[i]);
    fprintf(out, "}\n");
    gen_writer_clear(&writer);
}

void gen_emit_receive(const gen_program *program, FILE *out)
{
    const char *name = program->module->name;
    if (!program->module->net_receive)
        return;
    fprintf(out,
            "\nVR_FUNCTION void %s_receive(vreal *state, size_t state_stride, const vreal *coef,\n"
            "    size_t coef_stride, double *args, double flag, double t, hnn_kernel_sends *sends)"
            "\n{\n"
            "    (void)state, (void)state_stride, (void)coef, (void)coef_stride;\n"
            "    (void)args, (void)flag, (void)t;\n"
            "    sends->n = 0;\n",
            name);
    emit_body(program, out, &program->receive);
    if (!program->module->net_receive->initial)
        return;
    fprintf(out,
            "\nVR_FUNCTION void %s_receive_init(const vreal *coef, size_t coef_stride, "
            "double *args)\n{\n"
            "    (void)coef, (void)coef_stride, (void)args;\n",
            name);
    emit_body(program, out, &program->receive_initial);
}
