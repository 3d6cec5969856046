/* SPDX-License-Identifier: BSD-3-Clause */
/* hnn-kernel-generator: mechanisms to kernels, at build time.
 *
 *     hnn-kernel-generator OUTPUT_DIRECTORY FILE.mod ...
 *
 * writes <mechanism>.setup.h, <mechanism>.steps.h and <mechanism>.kernel.h for every file, and
 * receives.h, setups.h, steps.h and kernels.h for all of them, by name.
 *
 *     hnn-kernel-generator --catalogue OUTPUT.c FILE.mod ...
 *
 * writes what the mechanisms are, and nothing that runs them: hnn_mechanisms[] of
 * catalogue/mechanism.h, for an engine that has its own way to run them.
 *
 * Nothing is written when a file is wrong; all errors of all files are reported.         */
#include "codegen/emit/emit.h"
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct mechanism {
    nmodl_module *module;
    gen_program program;
} mechanism;

static void tell(hnn_errors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        HNN_AUTO_FREE char *text = hnn_error_text(&errors->items[i]);
        fprintf(stderr, "%s\n", text);
    }
}

/* What fixed sizes of kernel.h allow. */
static void check_sizes(const gen_program *program, hnn_errors *errors)
{
    const nmodl_module *module = program->module;
    if (program->n_ions > HNN_KERNEL_MAX_IONS)
        hnn_fail_at(errors, HNN_ERR_MODEL, module->name_place,
                    "'%s' uses %d variables of ions; %d are possible", module->name,
                    program->n_ions, HNN_KERNEL_MAX_IONS);
    if (program->receive.n_sends > HNN_KERNEL_MAX_SENDS)
        hnn_fail_at(errors, HNN_ERR_MODEL, module->net_receive->place,
                    "%d net_send statements; %d are possible", program->receive.n_sends,
                    HNN_KERNEL_MAX_SENDS);
    for (int i = 0; i < program->n_tables; i++)
        if (program->tables[i].n_columns > HNN_KERNEL_MAX_COLUMNS)
            hnn_fail_at(errors, HNN_ERR_MODEL, program->tables[i].routine->place,
                        "a TABLE of %d variables; %d are possible", program->tables[i].n_columns,
                        HNN_KERNEL_MAX_COLUMNS);
}

static void read_mechanism(hnn_arena *arena, const char *path, mechanism *out, hnn_errors *errors)
{
    if (nmodl_read(arena, path, &out->module, errors) != HNN_OK)
        return;
    for (const nmodl_warning *w = out->module->warnings; w; w = w->next)
        fprintf(stderr, "%s:%d:%d: warning: %s\n", path, w->place.line, w->place.column,
                w->message);
    if (gen_program_build(&out->program, arena, out->module, errors) == HNN_OK)
        check_sizes(&out->program, errors);
}

static int by_name(const void *a, const void *b)
{
    const mechanism *p = a, *q = b;
    return strcmp(p->module->name, q->module->name);
}

static void refuse_doubles(const mechanism *mechanisms, int n, hnn_errors *errors)
{
    for (int i = 1; i < n; i++)
        if (by_name(&mechanisms[i - 1], &mechanisms[i]) == 0)
            hnn_fail_at(errors, HNN_ERR_MODEL, mechanisms[i].module->name_place,
                        "'%s' is also the mechanism of %s", mechanisms[i].module->name,
                        mechanisms[i - 1].module->file);
}

/* ---- files ------------------------------------------------------------------- */

typedef void (*write_fn)(FILE *file, const mechanism *mechanisms, int n);

static hnn_status write_file(const char *path, const mechanism *mechanisms, int n, write_fn write,
                             hnn_errors *errors)
{
    FILE *file = fopen(path, "w");
    if (file)
        write(file, mechanisms, n);
    bool failed = !file || ferror(file);
    failed = (file && fclose(file) != 0) || failed;
    if (failed)
        return hnn_fail(errors, HNN_ERR_OUTPUT, "%s cannot be written: %s", path, strerror(errno));
    return HNN_OK;
}

static void write_setup(FILE *file, const mechanism *m, int n)
{
    (void)n;
    gen_emit_setup(&m->program, file);
}

static void write_kernel(FILE *file, const mechanism *m, int n)
{
    (void)n;
    gen_emit_kernel(&m->program, file);
}

static void write_steps(FILE *file, const mechanism *m, int n)
{
    (void)n;
    gen_emit_steps(&m->program, file);
}

static void write_list_of_infos(FILE *file, const mechanism *m, int n)
{
    fprintf(file, "\nconst hnn_mechanism_info *const hnn_mechanisms[] = {\n");
    for (int i = 0; i < n; i++)
        fprintf(file, "    &%s_info,\n", m[i].module->name);
    fprintf(file, "    NULL,\n};\n");
}

static void write_setups(FILE *file, const mechanism *m, int n)
{
    fprintf(file, "/* All mechanisms on single numbers; made by hnn-kernel-generator. */\n"
                  "#include \"receives.h\"\n");
    for (int i = 0; i < n; i++)
        fprintf(file, "#include \"%s.setup.h\"\n", m[i].module->name);
    write_list_of_infos(file, m, n);
}

static void write_catalogue(FILE *file, const mechanism *m, int n)
{
    fprintf(file, "/* What the mechanisms are; made by hnn-kernel-generator. */\n"
                  "#include \"catalogue/mechanism.h\"\n"
                  "#include \"simd/portable.h\"\n"
                  "#include \"simd/math.h\"\n");
    for (int i = 0; i < n; i++) {
        fprintf(file, "\n");
        gen_emit_info(&m[i].program, file);
    }
    write_list_of_infos(file, m, n);
}

static void write_receives(FILE *file, const mechanism *m, int n)
{
    fprintf(file, "/* Events of all mechanisms; made by hnn-kernel-generator. */\n");
    for (int i = 0; i < n; i++)
        gen_emit_receive(&m[i].program, file);
}

static void write_kernels(FILE *file, const mechanism *m, int n)
{
    fprintf(file, "/* All mechanisms on vectors; made by hnn-kernel-generator. */\n");
    for (int i = 0; i < n; i++)
        fprintf(file, "extern const hnn_mechanism_setup hnn_%s_setup;\n", m[i].module->name);
    for (int i = 0; i < n; i++)
        fprintf(file, "#include \"%s.kernel.h\"\n", m[i].module->name);
    fprintf(file, "\n#define HNN_KERNELS(X)");
    for (int i = 0; i < n; i++)
        fprintf(file, " \\\n    X(%s)", m[i].module->name);
    fprintf(file, "\n");
}

/* Which mechanisms have a step: X(number of the mechanism, name, columns that it takes). */
static void write_list(FILE *file, const mechanism *m, int n, const char *step,
                       bool (*has)(const gen_program *))
{
    fprintf(file, "\n#define HNN_STEPS_%s(X)", step);
    for (int i = 0; i < n; i++)
        if (has(&m[i].program))
            fprintf(file, " \\\n    X(%d, %s, %d)", i, m[i].module->name,
                    gen_columns(&m[i].program));
    fprintf(file, "\n");
}

static bool has_state(const gen_program *program)
{
    return program->state.n_stores > 0;
}

static bool has_columns(const gen_program *program)
{
    return program->n_lookups > 0;
}

static bool has_current(const gen_program *program)
{
    return program->n_currents > 0;
}

static bool has_receive(const gen_program *program)
{
    return program->additive;
}

/* Events that come one by one, in order. */
static bool has_event(const gen_program *program)
{
    return program->module->net_receive && !program->additive;
}

static void write_step_lists(FILE *file, const mechanism *m, int n)
{
    fprintf(file, "/* All mechanisms' steps; made by hnn-kernel-generator. */\n");
    for (int i = 0; i < n; i++)
        fprintf(file, "#include \"%s.steps.h\"\n", m[i].module->name);
    fprintf(file, "#include \"receives.h\"\n");
    write_list(file, m, n, "STATE", has_state);
    write_list(file, m, n, "TABULATED", has_columns);
    write_list(file, m, n, "CURRENT", has_current);
    write_list(file, m, n, "RECEIVE", has_receive);
    write_list(file, m, n, "EVENT", has_event);
}

static void write_all(const char *directory, const mechanism *mechanisms, int n, hnn_errors *errors)
{
    static const struct {
        const char *file;
        write_fn write;
    } each[] = {{"setup", write_setup}, {"steps", write_steps}, {"kernel", write_kernel}},
      all[] = {{"receives", write_receives},
               {"setups", write_setups},
               {"steps", write_step_lists},
               {"kernels", write_kernels}};
    hnn_status status = HNN_OK;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 3 && status == HNN_OK; k++) {
            HNN_AUTO_FREE char *path =
                hnn_printf("%s/%s.%s.h", directory, mechanisms[i].module->name, each[k].file);
            status = write_file(path, &mechanisms[i], 1, each[k].write, errors);
        }
    for (int k = 0; k < 4 && status == HNN_OK; k++) {
        HNN_AUTO_FREE char *path = hnn_printf("%s/%s.h", directory, all[k].file);
        status = write_file(path, mechanisms, n, all[k].write, errors);
    }
}

/* What is wanted of the files; false: usage. */
static bool read_arguments(int argc, char **argv, bool *catalogue, const char **out, int *first)
{
    *catalogue = argc > 1 && strcmp(argv[1], "--catalogue") == 0;
    *first = *catalogue ? 3 : 2;
    *out = argc > *first ? argv[*first - 1] : NULL;
    return *out != NULL;
}

int main(int argc, char **argv)
{
    bool catalogue;
    const char *out;
    int first;
    if (!read_arguments(argc, argv, &catalogue, &out, &first)) {
        fprintf(stderr, "usage: hnn-kernel-generator OUTPUT_DIRECTORY FILE.mod ...\n"
                        "       hnn-kernel-generator --catalogue OUTPUT.c FILE.mod ...\n");
        return hnn_exit_status(HNN_ERR_USAGE);
    }
    int n = argc - first;
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    mechanism *mechanisms = hnn_alloc((size_t)n, sizeof *mechanisms);
    for (int i = 0; i < n; i++)
        read_mechanism(arena, argv[first + i], &mechanisms[i], &errors);
    if (errors.n == 0) {
        qsort(mechanisms, (size_t)n, sizeof *mechanisms, by_name);
        refuse_doubles(mechanisms, n, &errors);
    }
    if (errors.n == 0 && catalogue)
        (void)write_file(out, mechanisms, n, write_catalogue, &errors);
    else if (errors.n == 0)
        write_all(out, mechanisms, n, &errors);
    tell(&errors);
    int status = hnn_exit_status(hnn_errors_status(&errors));
    for (int i = 0; i < n; i++)
        gen_program_clear(&mechanisms[i].program);
    free(mechanisms);
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return status;
}
