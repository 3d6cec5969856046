#include "results/text.h"

#include "record/dipole.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static hnn_status failed(const char *path, hnn_errors *errors)
{
    return hnn_fail(errors, HNN_ERR_OUTPUT, "cannot write %s: %s", path, strerror(errno));
}

/* Closes and tells whether everything reached the file. */
static hnn_status finish(FILE *file, const char *path, hnn_errors *errors)
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

hnn_status hnn_text_write_dipole(const char *path, const hnn_model *model, const double *rows,
                                 size_t n, hnn_errors *errors)
{
    size_t columns = hnn_dipole_types(model, NULL) == 2 ? 3 : 1;
    FILE *file = fopen(path, "w");
    if (!file)
        return failed(path, errors);
    /* time as the reference has it: summed up by half steps, then rounded */
    double t = 0.0;
    for (size_t i = 0; i < n && !ferror(file); i++) {
        fprintf(file, "%3.3f", t);
        for (size_t c = 0; c < columns; c++)
            fprintf(file, "\t%5.4f", rows[c * n + i]);
        fputc('\n', file);
        t += 0.5 * model->dt;
        t += 0.5 * model->dt;
    }
    return finish(file, path, errors);
}

hnn_status hnn_text_write_spikes(const char *path, const hnn_network *network,
                                 const hnn_spike *spikes, size_t n, hnn_errors *errors)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return failed(path, errors);
    for (size_t i = 0; i < n && !ferror(file); i++)
        fprintf(file, "%.3f\t%d\t%s\n", spikes[i].time, spikes[i].gid,
                hnn_network_gid_type(network, spikes[i].gid));
    return finish(file, path, errors);
}

hnn_status hnn_text_write(const char *path, const char *text, hnn_errors *errors)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return failed(path, errors);
    fputs(text, file);
    fputc('\n', file);
    return finish(file, path, errors);
}
