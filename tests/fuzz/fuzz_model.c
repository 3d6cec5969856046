/* SPDX-License-Identifier: BSD-3-Clause */
/* Can any input crash the readers?  Bytes are read as the program reads a file: as a
 * document of this program or of another, then as a model; what is accepted is written and must be
 * accepted again.                                                             */
#include "model/import/import.h"
#include "model/load.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const hnn_load_options options = {.models_dir = HNN_SOURCE_DIR "/models"};

static hnn_status read_any(hnn_arena *arena, hnn_node *root, hnn_model **model, hnn_errors *errors)
{
    hnn_names warnings = {0};
    bool imported;
    hnn_status status = hnn_import(arena, &root, &imported, &warnings, errors);
    return status == HNN_OK ? hnn_model_from_doc(root, "fuzz", &options, model, errors) : status;
}

static void write_and_read(hnn_arena *arena, const hnn_model *model)
{
    hnn_errors errors = {0};
    hnn_node *root;
    char *text = hnn_doc_write(hnn_model_to_doc(arena, model));
    if (hnn_doc_parse(arena, "written", text, strlen(text), &root, &errors) != HNN_OK)
        abort(); /* what this program writes must be YAML */
    free(text);
    hnn_model *again = NULL;
    if (hnn_model_from_doc(root, "written", &options, &again, &errors) == HNN_OK)
        hnn_model_destroy(again);
    hnn_errors_clear(&errors);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    hnn_arena *arena = hnn_arena_create();
    hnn_errors errors = {0};
    hnn_node *root;
    hnn_model *model = NULL;
    if (hnn_doc_parse(arena, "fuzz", (const char *)data, size, &root, &errors) == HNN_OK &&
        read_any(arena, root, &model, &errors) == HNN_OK) {
        write_and_read(arena, model);
        hnn_model_destroy(model);
    } else if (errors.n == 0) {
        abort(); /* refused without a word */
    }
    hnn_errors_clear(&errors);
    hnn_arena_destroy(arena);
    return 0;
}
