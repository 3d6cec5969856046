/* SPDX-License-Identifier: BSD-3-Clause */
#include "doc/source.h"

#include "doc/doc.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

void hnn_source_init(hnn_source *source, FILE *file, const char *text, size_t bytes)
{
    *source = (hnn_source){
        .file = file, .text = text, .left = bytes, .line = 1, .column = 1, .blank = true};
}

static bool stop(hnn_source *source, const char *why, unsigned value)
{
    snprintf(source->problem, sizeof source->problem, why, value);
    return false;
}

/* A whole character has arrived: may it stand in a text file, and where is the next? */
static bool take_character(hnn_source *source, unsigned code)
{
    bool control = (code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7f;
    if (control)
        return stop(source,
                    "this is not a text file: it contains the control character 0x%02X; a model "
                    "is YAML or JSON text",
                    code);
    if (code == '\n' && source->after_cr) {
        source->after_cr = false;
        return true;
    }
    source->after_cr = code == '\r';
    if (code == '\n' || code == '\r') {
        source->line++;
        source->column = 1;
        return true;
    }
    if (code != ' ' && code != '\t')
        source->blank = false;
    source->column++;
    return true;
}

static bool not_utf8(hnn_source *source)
{
    return stop(source, "byte 0x%02X is not valid UTF-8; save the file in the encoding UTF-8",
                source->first);
}

static bool begin_character(hnn_source *source, unsigned byte)
{
    source->first = byte;
    if (byte < 0x80)
        return take_character(source, byte);
    if (byte >= 0xC2 && byte <= 0xDF) {
        source->expected = 1;
        source->code = byte & 0x1F;
        source->lowest = 0x80;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
        source->expected = 2;
        source->code = byte & 0x0F;
        source->lowest = 0x800;
    } else if (byte >= 0xF0 && byte <= 0xF4) {
        source->expected = 3;
        source->code = byte & 0x07;
        source->lowest = 0x10000;
    } else {
        return not_utf8(source);
    }
    return true;
}

static bool take_byte(hnn_source *source, unsigned byte)
{
    if (!source->expected)
        return begin_character(source, byte);
    if ((byte & 0xC0) != 0x80)
        return not_utf8(source);
    source->code = source->code << 6 | (byte & 0x3F);
    if (--source->expected)
        return true;
    bool surrogate = source->code >= 0xD800 && source->code <= 0xDFFF;
    if (source->code < source->lowest || surrogate || source->code > 0x10FFFF)
        return not_utf8(source);
    return take_character(source, source->code);
}

static bool fetch(hnn_source *source, unsigned char *buffer, size_t size, size_t *got)
{
    if (source->file) {
        *got = fread(buffer, 1, size, source->file);
        if (*got == 0 && ferror(source->file)) {
            snprintf(source->problem, sizeof source->problem, "cannot read: %s", strerror(errno));
            return false;
        }
        return true;
    }
    *got = size < source->left ? size : source->left;
    memcpy(buffer, source->text, *got);
    source->text += *got;
    source->left -= *got;
    return true;
}

/* Editors of Windows begin files with a byte order mark, which the parser counts as a column. */
static void drop_byte_order_mark(unsigned char *buffer, size_t *got)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    if (*got < sizeof mark || memcmp(buffer, mark, sizeof mark) != 0)
        return;
    *got -= sizeof mark;
    memmove(buffer, buffer + sizeof mark, *got);
}

int hnn_source_read(void *data, unsigned char *buffer, size_t size, size_t *got)
{
    hnn_source *source = data;
    if (source->problem[0] || !fetch(source, buffer, size, got))
        return 0;
    if (source->total == 0)
        drop_byte_order_mark(buffer, got);
    source->total += *got;
    if (source->total > HNN_DOC_MAX_BYTES)
        return stop(source, "the input is larger than %u MiB, the limit for a model",
                    (unsigned)(HNN_DOC_MAX_BYTES >> 20));
    for (size_t i = 0; i < *got; i++)
        if (!take_byte(source, buffer[i]))
            return 0;
    if (*got == 0 && source->expected)
        return stop(source, "the input ends in the middle of a UTF-8 character (%u bytes missing)",
                    (unsigned)source->expected);
    return 1;
}

FILE *hnn_doc_open(const char *path, hnn_errors *errors)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file && fstat(fileno(file), &info) == 0 && S_ISDIR(info.st_mode)) {
        fclose(file);
        file = NULL;
        errno = EISDIR;
    }
    if (!file)
        hnn_fail_at(errors, HNN_ERR_MODEL, (hnn_place){.file = path}, "cannot be read: %s",
                    strerror(errno));
    return file;
}
