/* SPDX-License-Identifier: BSD-3-Clause */
/* Values as C declarations: what is used once is written where it is used, the rest gets
 * the name that it has in the mechanism.                                        */
#include "codegen/emit/emit.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 4, MAX_NAMES_FACTOR = 2 };

void gen_writer_init(gen_writer *writer, const gen_program *program, FILE *out, bool hoisted,
                     bool vector)
{
    size_t n = (size_t)program->graph.n;
    *writer = (gen_writer){.program = program, .out = out, .hoisted = hoisted, .vector = vector};
    writer->needed = hnn_alloc(n, sizeof *writer->needed);
    writer->uses = hnn_alloc(n, sizeof *writer->uses);
    writer->fused = hnn_alloc(n, sizeof *writer->fused);
    writer->text = hnn_alloc(n, sizeof *writer->text);
    writer->depth = hnn_alloc(n, sizeof *writer->depth);
    writer->names = hnn_alloc(MAX_NAMES_FACTOR * n, sizeof *writer->names);
}

void gen_writer_clear(gen_writer *writer)
{
    free(writer->needed);
    free(writer->uses);
    free(writer->fused);
    free(writer->text);
    free(writer->depth);
    free(writer->names);
}

/* A leaf of this function: an input, or a coefficient. */
static bool is_leaf(const gen_writer *writer, const gen_node *node)
{
    return node->op == GEN_INPUT ||
           (writer->hoisted && gen_is_invariant(node) && node->op != GEN_CONST);
}

void gen_writer_need(gen_writer *writer, gen_node *node)
{
    writer->uses[node->id]++;
    if (writer->needed[node->id])
        return;
    writer->needed[node->id] = true;
    if (is_leaf(writer, node))
        return;
    gen_node *operands[] = {node->a, node->b, node->c};
    for (int i = 0; i < 3; i++)
        if (operands[i])
            gen_writer_need(writer, operands[i]);
}

void gen_writer_need_block(gen_writer *writer, const gen_block *block)
{
    for (int i = 0; i < block->n_stores; i++)
        gen_writer_need(writer, block->stores[i].value);
    for (int i = 0; i < block->n_sends; i++) {
        if (block->sends[i].when)
            gen_writer_need(writer, block->sends[i].when);
        gen_writer_need(writer, block->sends[i].delay);
        gen_writer_need(writer, block->sends[i].flag);
    }
}

/* ---- names ------------------------------------------------------------------ */

/* Words that generated functions use for other things, or that C keeps. */
static const char *const reserved[] = {
    "auto",        "break",       "case",     "char",   "const",    "continue", "default",
    "do",          "double",      "else",     "enum",   "extern",   "float",    "for",
    "goto",        "if",          "inline",   "int",    "long",     "register", "restrict",
    "return",      "short",       "signed",   "sizeof", "static",   "struct",   "switch",
    "typedef",     "union",       "unsigned", "void",   "volatile", "while",    "bool",
    "true",        "false",       "x",        "state",  "coef",     "stride",   "state_stride",
    "coef_stride", "args",        "flag",     "t",      "sends",    "param",    "env",
    "current",     "conductance", "columns",  "values", "out",      "block",    "voltage",
    "instance",    "weight",      "k",        "NULL",   "NAN",      "INFINITY", "HUGE_VAL",
    "EOF",         "linux",       "unix",     "vreal",  "vmask",    "vbits",    "size_t",
    "from",        "to",          "asm",      "typeof", "main",     "fma",      NULL};

static bool taken(const gen_writer *writer, const char *name)
{
    bool own = strncmp(name, "vr_", 3) == 0 || strncmp(name, "vb_", 3) == 0 ||
               strncmp(name, "hnn_", 4) == 0 || strncmp(name, "VR_", 3) == 0 ||
               strncmp(name, "HNN_", 4) == 0 || strncmp(name, "M_", 2) == 0 || name[0] == '_';
    for (int i = 0; reserved[i]; i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    for (int i = 0; i < writer->n_names; i++)
        if (strcmp(writer->names[i], name) == 0)
            return true;
    return own;
}

/* The name wanted, or one like it: x_new for the later value of a variable x. */
static const char *new_name(gen_writer *writer, const char *wanted)
{
    hnn_arena *arena = writer->program->arena;
    const char *base = wanted[0] == '_' ? hnn_arena_printf(arena, "u%s", wanted) : wanted;
    const char *name = base;
    if (taken(writer, name) && strcmp(base, "y") != 0)
        name = hnn_arena_printf(arena, "%s_new", base);
    for (int i = 2; taken(writer, name); i++)
        name = hnn_arena_printf(arena, "%s_%d", base, i);
    return writer->names[writer->n_names++] = name;
}

/* ---- expressions ------------------------------------------------------------- */

static const char *const math_words[] = {
    [NMODL_EXP] = "vr_exp",     [NMODL_LOG] = "vr_log",   [NMODL_LOG10] = "vr_log10",
    [NMODL_POW] = "vr_pow",     [NMODL_SQRT] = "vr_sqrt", [NMODL_FABS] = "vr_abs",
    [NMODL_FLOOR] = "vr_floor", [NMODL_CEIL] = "vr_ceil", [NMODL_SINH] = "vr_sinh",
    [NMODL_COSH] = "vr_cosh",   [NMODL_TANH] = "vr_tanh"};

static const char *const op_words[] = {
    [GEN_ADD] = "vr_add",       [GEN_SUB] = "vr_sub",    [GEN_MUL] = "vr_mul",
    [GEN_DIV] = "vr_div",       [GEN_NEG] = "vr_neg",    [GEN_LESS] = "vr_lt",
    [GEN_LESS_EQUAL] = "vr_le", [GEN_EQUAL] = "vr_eq",   [GEN_NOT_EQUAL] = "vr_ne",
    [GEN_AND] = "vr_and",       [GEN_OR] = "vr_or",      [GEN_NOT] = "vr_not",
    [GEN_SELECT] = "vr_select", [GEN_DECAY] = "vr_decay"};

static const char *number(gen_writer *writer, double value)
{
    char digits[40] = "";
    for (int n = 1; n <= 17; n++) { /* the shortest that reads back the same */
        char tried[40];
        snprintf(tried, sizeof tried, "%.*g", n, value);
        bool better = strtod(tried, NULL) == value && (!*digits || strlen(tried) < strlen(digits));
        if (better)
            strcpy(digits, tried);
    }
    if (!strpbrk(digits, ".en"))
        strcat(digits, ".0");
    return hnn_arena_printf(writer->program->arena, "vr_set1(%s)", digits);
}

static const char *input_text(gen_writer *writer, const gen_node *node)
{
    hnn_arena *arena = writer->program->arena;
    bool vector = writer->vector;
    switch (node->input) {
    case GEN_PARAM:
        return hnn_arena_printf(arena, "vr_set1(param[%d])", node->index);
    case GEN_CELSIUS:
        return "vr_set1(env->celsius)";
    case GEN_DT:
        return "vr_set1(env->dt)";
    case GEN_AREA:
        return "vr_set1(env->area)";
    case GEN_DIAM:
        return "vr_set1(env->diam)";
    case GEN_V:
        return "x->v";
    case GEN_ION:
        return hnn_arena_printf(arena, "vr_ion(x, %d)", node->index);
    case GEN_ARG:
        return vector ? "vr_load(weight)" : hnn_arena_printf(arena, "args[%d]", node->index);
    case GEN_FLAG:
        return "flag";
    case GEN_T:
        return "t";
    case GEN_X:
        return "x";
    case GEN_VALUE:
        return hnn_arena_printf(arena, "values[%d]", node->index);
    case GEN_TABULATED:
        return hnn_arena_printf(arena, "vr_tabulated(x, %d)", node->index);
    case GEN_STATE:
    case GEN_STORED:
        break;
    }
    int k = node->index;
    for (int i = 0; node->input == GEN_STORED && i < writer->program->n_states; i++)
        if (writer->program->states[i] == node->symbol)
            k = i;
    return hnn_arena_printf(arena, vector ? "vr_state(x, %d)" : "state[%d * state_stride]", k);
}

static const char *leaf_text(gen_writer *writer, const gen_node *node)
{
    hnn_arena *arena = writer->program->arena;
    if (node->op == GEN_INPUT && !(writer->hoisted && gen_is_invariant(node)))
        return input_text(writer, node);
    int k = gen_coef_of(writer->program, node);
    const char *value =
        hnn_arena_printf(arena, writer->vector ? "vr_coef(x, %d)" : "coef[%d * coef_stride]", k);
    return gen_is_condition(node) ? hnn_arena_printf(arena, "vr_ne(%s, vr_set1(0.0))", value)
                                  : value;
}

/* Is this operand a product that nothing else needs?  Then it goes into a fused
 * multiplication and addition.                                                   */
static bool fusible(const gen_writer *writer, const gen_node *node)
{
    return node->op == GEN_MUL && writer->uses[node->id] == 1 && !is_leaf(writer, node);
}

static const char *text_of(gen_writer *writer, const gen_node *node)
{
    return writer->text[node->id];
}

/* The product that goes into this sum or difference; NULL if none does. */
static const gen_node *fused_product(const gen_writer *writer, const gen_node *node)
{
    if (node->op != GEN_ADD && node->op != GEN_SUB)
        return NULL;
    bool left = fusible(writer, node->a), right = fusible(writer, node->b);
    if (right && (node->op == GEN_ADD || !left))
        return node->b;
    return left ? node->a : NULL;
}

bool gen_writer_change(gen_writer *writer, const gen_store *store, gen_change *out)
{
    const gen_node *sum = store->value;
    if (store->target != GEN_TO_STATE || sum->op != GEN_ADD || writer->uses[sum->id] != 1 ||
        is_leaf(writer, sum))
        return false;
    const gen_node *product = fused_product(writer, sum);
    gen_node *old = product == sum->a ? sum->b : sum->a;
    if (!product || old->op != GEN_INPUT || old->input != GEN_STATE || old->index != store->index)
        return false;
    *out = (gen_change){old, product->a, product->b};
    writer->fused[sum->id] = true;
    return true;
}

static const char *fused_text(gen_writer *writer, const gen_node *node, const gen_node *product)
{
    const gen_node *other = product == node->a ? node->b : node->a;
    const char *word = node->op == GEN_ADD ? "vr_fma" : product == node->a ? "vr_fms" : "vr_fnma";
    return hnn_arena_printf(writer->program->arena, "%s(%s, %s, %s)", word,
                            text_of(writer, product->a), text_of(writer, product->b),
                            text_of(writer, other));
}

static const char *operation_text(gen_writer *writer, const gen_node *node)
{
    hnn_arena *arena = writer->program->arena;
    const char *a = node->a ? text_of(writer, node->a) : NULL;
    const char *b = node->b ? text_of(writer, node->b) : NULL;
    if (node->op == GEN_CONST)
        return number(writer, node->value);
    const gen_node *product = fused_product(writer, node);
    if (product)
        return fused_text(writer, node, product);
    if (node->op == GEN_COLUMN)
        return hnn_arena_printf(arena, "vr_table_column(%s, %d, %s_at)", a, node->index, a);
    const char *word = node->op == GEN_MATH ? math_words[node->math] : op_words[node->op];
    if (node->op == GEN_SELECT)
        return hnn_arena_printf(arena, "%s(%s, %s, %s)", word, a, b, text_of(writer, node->c));
    if (b)
        return hnn_arena_printf(arena, "%s(%s, %s)", word, a, b);
    return hnn_arena_printf(arena, "%s(%s)", word, a);
}

/* ---- declarations ------------------------------------------------------------- */

int gen_table_width(const gen_table *table)
{
    return (2 * table->n_columns + 3) / 4 * 4;
}

static void declare_row(gen_writer *writer, const gen_node *node)
{
    const gen_table *table = &writer->program->tables[node->index];
    const char *name = new_name(writer, table->routine->name);
    int width = gen_table_width(table);
    fprintf(writer->out, "    vreal %s[%d];\n", name, width);
    fprintf(writer->out, "    const vreal %s_at = vr_table_row(&x->tables[%d], %d, %s, %s);\n",
            name, node->index, width, text_of(writer, node->a), name);
    new_name(writer, hnn_arena_printf(writer->program->arena, "%s_at", name));
    writer->text[node->id] = name;
}

/* Nesting of the deepest operand. */
static int deepest(const gen_writer *writer, const gen_node *node)
{
    const gen_node *operands[] = {node->a, node->b, node->c};
    int depth = 0;
    for (int i = 0; i < 3; i++) {
        if (!operands[i])
            continue;
        bool fused = writer->fused[operands[i]->id];
        int d = fused ? deepest(writer, operands[i]) : writer->depth[operands[i]->id];
        depth = d > depth ? d : depth;
    }
    return depth;
}

static void declare(gen_writer *writer, const gen_node *node)
{
    bool leaf = is_leaf(writer, node);
    const char *value = leaf ? leaf_text(writer, node) : operation_text(writer, node);
    int depth = leaf ? 0 : deepest(writer, node) + 1;
    bool once = writer->uses[node->id] == 1;
    bool plain = node->op == GEN_INPUT &&
                 (node->input == GEN_X || node->input == GEN_T || node->input == GEN_FLAG);
    bool inlined = node->op == GEN_CONST || plain || (leaf && !writer->vector && once) ||
                   (!leaf && once && depth < MAX_DEPTH && (!node->name || node->op == GEN_MUL));
    if (inlined) {
        writer->text[node->id] = value;
        writer->depth[node->id] = node->op == GEN_CONST ? 0 : depth;
        return;
    }
    const char *wanted = node->name;
    if (!wanted && leaf && node->op != GEN_INPUT)
        wanted =
            hnn_arena_printf(writer->program->arena, "c%d", gen_coef_of(writer->program, node));
    if (!wanted && node->op == GEN_INPUT)
        wanted = node->input == GEN_V           ? "v"
                 : node->input == GEN_DT        ? "dt"
                 : node->input == GEN_TABULATED ? "column"
                                                : "given";
    const char *name = new_name(writer, wanted ? wanted : "y");
    fprintf(writer->out, "    const %s %s = %s;\n", gen_is_condition(node) ? "vmask" : "vreal",
            name, value);
    writer->text[node->id] = name;
}

void gen_writer_declare(gen_writer *writer)
{
    const gen_graph *graph = &writer->program->graph;
    for (int i = 0; i < graph->n; i++) {
        const gen_node *node = graph->nodes[i];
        const gen_node *product =
            writer->needed[i] && !is_leaf(writer, node) ? fused_product(writer, node) : NULL;
        if (product)
            writer->fused[product->id] = true;
    }
    for (int pass = 0; pass < 2; pass++) { /* leaves, then what is made of them */
        for (int i = 0; i < graph->n; i++) {
            const gen_node *node = graph->nodes[i];
            bool skip =
                !writer->needed[i] || writer->fused[i] || is_leaf(writer, node) != (pass == 0);
            if (skip)
                continue;
            if (node->op == GEN_ROW && !is_leaf(writer, node))
                declare_row(writer, node);
            else
                declare(writer, node);
        }
    }
}

const char *gen_writer_text(gen_writer *writer, gen_node *node)
{
    if (!gen_is_condition(node))
        return text_of(writer, node);
    return hnn_arena_printf(writer->program->arena, "vr_select(%s, vr_set1(1.0), vr_set1(0.0))",
                            text_of(writer, node));
}
