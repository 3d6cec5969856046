/* SPDX-License-Identifier: BSD-3-Clause */
/* Can any mechanism crash the reader of NMODL or the generator of kernels?  What is accepted
 * must be a kernel, written out in full.                                         */
#include "codegen/emit/emit.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void generate(hnn_arena *arena, const nmodl_module *module, hnn_errors *errors)
{
    gen_program program;
    if (gen_program_build(&program, arena, module, errors) == HNN_OK) {
        char *text;
        size_t bytes;
        FILE *out = open_memstream(&text, &bytes);
        gen_emit_setup(&program, out);
        gen_emit_kernel(&program, out);
        fclose(out);
        free(text);
    }
    gen_program_clear(&program);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    nmodl_module *module;
    hnn_status status = nmodl_parse(arena, "fuzz", (const char *)data, size, &module, &errors);
    if ((status == HNN_OK) != (errors.n == 0))
        abort(); /* a refusal says why */
    if (status == HNN_OK)
        generate(arena, module, &errors);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return 0;
}
