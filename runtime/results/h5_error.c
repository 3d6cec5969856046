#include "results/h5_error.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reason {
    char text[256]; /* the innermost description */
    int number;     /* the system's error number, 0 if it tells none */
} reason;

static herr_t find_reason(unsigned depth, const H5E_error2_t *error, void *data)
{
    reason *found = data;
    if (!error->desc)
        return 0;
    if (depth == 0)
        snprintf(found->text, sizeof found->text, "%s", error->desc);
    const char *number = strstr(error->desc, "errno = ");
    if (number && !found->number)
        found->number = atoi(number + strlen("errno = "));
    return 0;
}

void hnn_h5_quiet(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

hnn_status hnn_h5_fail(hnn_errors *errors, const char *path, const char *what)
{
    reason found = {.text = "unknown reason"};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_reason, &found);
    H5Eclear2(H5E_DEFAULT);
    return hnn_fail(errors, HNN_ERR_OUTPUT, "cannot write %s (%s): %s", path, what,
                    found.number > 0 ? strerror(found.number) : found.text);
}
