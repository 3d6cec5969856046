/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/text.h"

#include <errno.h>
#include <string.h>

static hnn_status failed(const char *path, hnn_errors *errors)
{
    return hnn_fail(errors, HNN_ERR_OUTPUT, "cannot write %s: %s", path, strerror(errno));
}

FILE *hnn_text_open(const char *path, hnn_errors *errors)
{
    FILE *file = fopen(path, "w");
    if (!file)
        failed(path, errors);
    return file;
}

hnn_status hnn_text_close(FILE *file, const char *path, hnn_errors *errors)
{
    bool bad = fflush(file) != 0 || ferror(file);
    int reason = errno;
    if (fclose(file) != 0 && !bad) {
        bad = true;
        reason = errno;
    }
    errno = reason;
    return bad ? failed(path, errors) : HNN_OK;
}

hnn_status hnn_text_write(const char *path, const char *text, hnn_errors *errors)
{
    FILE *file = hnn_text_open(path, errors);
    if (!file)
        return HNN_ERR_OUTPUT;
    fputs(text, file);
    fputc('\n', file);
    return hnn_text_close(file, path, errors);
}
