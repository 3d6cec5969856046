/* Checks that need the whole model: how many cells, events and seeds it comes to. */
#include "model/schema/schema_internal.h"

#include <math.h>
#include <string.h>

static const double MAX_GIDS = 1e8, MAX_EVENTS = 1e8;

static double first_number(double a, double b)
{
    return isnan(a) ? b : a;
}

/* Events of one trial of a drive, on average. */
static double expected_events(const hnn_model *model, const hnn_drive *drive)
{
    double seconds = (first_number(drive->tstop, model->tstop) - drive->tstart) / 1000;
    double fastest = 0;
    if (seconds < 0)
        return 0;
    switch (drive->kind) {
    case HNN_DRIVE_POISSON:
        for (size_t i = 0; i < drive->n_targets; i++)
            fastest = fmax(fastest, drive->targets[i].rate);
        return fastest * seconds * drive->n_drive_cells;
    case HNN_DRIVE_BURSTY:
        return drive->burst_rate * seconds * drive->numspikes * drive->n_drive_cells;
    case HNN_DRIVE_SPIKE_TRAIN:
        return 0; /* they are all in the file */
    default:
        return (double)drive->numspikes * drive->n_drive_cells;
    }
}

void hnn_read_whole(hnn_reader *reader)
{
    const hnn_model *model = reader->model;
    double gids = 0;
    for (size_t i = 0; i < model->n_cell_types; i++)
        gids += (double)model->cell_types[i].n_cells;
    for (size_t i = 0; i < model->n_drives; i++) {
        gids += model->drives[i].n_drive_cells;
        if (gids > MAX_GIDS) {
            hnn_reader_fail(reader, model->drives[i].place,
                            "with the cells of drive '%s' there are %.0f cells and drive cells; "
                            "at most %.0f are possible",
                            model->drives[i].name, gids, MAX_GIDS);
            return;
        }
    }
    for (size_t i = 0; i < model->n_drives; i++) {
        const hnn_drive *drive = &model->drives[i];
        double events = expected_events(model, drive);
        if (events > MAX_EVENTS)
            hnn_reader_fail(reader, drive->place,
                            "drive '%s' makes about %.3g events in a trial; at most %.0e are "
                            "possible, so lower its rate, its number of cells or tstop",
                            drive->name, events, MAX_EVENTS);
        double last_seed =
            (double)drive->event_seed + (model->trials - 1) * gids + drive->n_drive_cells;
        if (last_seed > UINT32_MAX)
            hnn_reader_fail(reader, drive->place,
                            "the seeds of drive '%s' go up to %.0f in trial %d (event_seed + "
                            "trial * cells), past 4294967295; choose a smaller event_seed or fewer "
                            "trials",
                            drive->name, last_seed, model->trials - 1);
    }
}
