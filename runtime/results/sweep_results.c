/* SPDX-License-Identifier: BSD-3-Clause */
#include "results/sweep_results.h"

#include "doc/json.h"
#include "results/folder.h"
#include "results/sweep_h5.h"
#include "results/text.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct point_data {
    json_t *record; /* NULL: not finished */
    bool put;       /* it is in the folder's results.h5 */
    bool begun;     /* by this run: its folder is in use */
} point_data;

struct hnn_sweep_results {
    hnn_folder folder;
    const hnn_model *model;
    size_t n_points;
    point_data *points;
    bool replace; /* earlier results are still there and to be removed */
    bool complete;
};

static char *path_of(const hnn_sweep_results *results, const char *name)
{
    return hnn_printf("%s/%s", results->folder.path, name);
}

static char *path_in_point(const hnn_sweep_results *results, size_t point, const char *name)
{
    return hnn_printf("%s/point_%zu/%s", results->folder.path, point, name);
}

/* ---- what earlier runs have finished ---- */

static hnn_status another_model(const hnn_sweep_results *results, hnn_errors *errors)
{
    return hnn_fail(errors, HNN_ERR_USAGE,
                    "%s holds points of another sweep, or of this one with other options: --resume "
                    "needs the same model and options; undo what was changed, choose another "
                    "folder with -o, or start afresh with --overwrite",
                    results->folder.path);
}

static bool has_hash(const json_t *object, const char *key, const char *hash)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && strcmp(text, hash) == 0;
}

static void take_record(hnn_sweep_results *results, size_t point, json_t *record, bool put)
{
    json_decref(results->points[point].record);
    results->points[point] = (point_data){.record = json_incref(record), .put = put};
}

/* The points of the folder's results.h5, as its run.json lists them. */
static hnn_status read_whole(hnn_sweep_results *results, const char *hash, hnn_errors *errors)
{
    HNN_AUTO_FREE char *path = path_of(results, "run.json");
    HNN_AUTO_FREE char *h5 = path_of(results, "results.h5");
    json_t *info = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    const json_t *list = json_object_get(info, "points");
    hnn_status status = HNN_OK;
    if (!json_is_array(list) && (info || access(path, F_OK) == 0))
        status = hnn_fail(errors, HNN_ERR_USAGE,
                          "--resume: %s is not the record of a sweep; choose another folder with "
                          "-o, or replace what is there with --overwrite",
                          path);
    else if (info && !has_hash(json_object_get(info, "model"), "xxh3_128", hash))
        status = another_model(results, errors);
    size_t i;
    json_t *record;
    json_array_foreach(list, i, record)
    {
        json_int_t point = json_integer_value(json_object_get(record, "point"));
        if (status == HNN_OK && point >= 0 && (size_t)point < results->n_points &&
            has_hash(record, "sweep_xxh3_128", hash) && hnn_sweep_h5_has(h5, (size_t)point, true))
            take_record(results, (size_t)point, record, true);
    }
    json_decref(info);
    return status;
}

/* Points that are still in their own folders: the program was ended before it could put them
 * together.                                                                    */
static hnn_status read_points(hnn_sweep_results *results, const char *hash, hnn_errors *errors)
{
    hnn_status status = HNN_OK;
    for (size_t point = 0; point < results->n_points && status == HNN_OK; point++) {
        HNN_AUTO_FREE char *path = path_in_point(results, point, "run.json");
        HNN_AUTO_FREE char *h5 = path_in_point(results, point, "results.h5");
        json_t *record = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
        if (record && !has_hash(record, "sweep_xxh3_128", hash))
            status = another_model(results, errors);
        else if (record && !results->points[point].put && hnn_sweep_h5_has(h5, point, false))
            take_record(results, point, record, false);
        json_decref(record);
    }
    return status;
}

hnn_status hnn_sweep_results_open(const hnn_sweep_results_options *options, const hnn_model *model,
                                  hnn_sweep_results **out, hnn_errors *errors)
{
    hnn_sweep_results *results = hnn_alloc(1, sizeof *results);
    results->model = model;
    results->n_points = hnn_sweep_points(&model->sweep);
    results->replace = options->overwrite;
    hnn_status status = hnn_folder_open(&results->folder, options->dir,
                                        options->overwrite || options->resume, errors);
    if (status != HNN_OK) {
        free(results);
        return status;
    }
    results->points = hnn_alloc(results->n_points, sizeof *results->points);
    if (options->resume)
        status = read_whole(results, options->hash, errors);
    if (options->resume && status == HNN_OK)
        status = read_points(results, options->hash, errors);
    if (status != HNN_OK) {
        hnn_sweep_results_close(results);
        return status;
    }
    *out = results;
    return HNN_OK;
}

/* ---- points ---- */

const json_t *hnn_sweep_results_record(const hnn_sweep_results *results, size_t point)
{
    return results->points[point].record;
}

size_t hnn_sweep_results_finished(const hnn_sweep_results *results)
{
    size_t n = 0;
    for (size_t i = 0; i < results->n_points; i++)
        n += results->points[i].record != NULL;
    return n;
}

json_t *hnn_sweep_results_records(const hnn_sweep_results *results)
{
    json_t *records = json_array();
    for (size_t i = 0; i < results->n_points; i++)
        if (results->points[i].record)
            json_array_append(records, results->points[i].record);
    return records;
}

bool hnn_sweep_results_changed(const hnn_sweep_results *results)
{
    for (size_t i = 0; i < results->n_points; i++)
        if (results->points[i].record && !results->points[i].put)
            return true;
    return false;
}

static char *folder_of(const hnn_sweep_results *results, size_t point)
{
    return hnn_printf("%s/point_%zu", results->folder.path, point);
}

char *hnn_sweep_results_begin_point(hnn_sweep_results *results, size_t point)
{
    results->points[point].begun = true;
    return folder_of(results, point);
}

/* Whether a result of that name is this sweep's: the folder of a point that is finished or, until
 * the points are put together, has begun; then one of the files beside them.    */
static bool is_ours(const void *data, const char *name)
{
    static const char prefix[] = "point_";
    const hnn_sweep_results *results = data;
    if (strncmp(name, prefix, strlen(prefix)) != 0)
        return results->complete &&
               (strcmp(name, "results.h5") == 0 || strcmp(name, "run.json") == 0);
    unsigned long long point = strtoull(name + strlen(prefix), NULL, 10);
    HNN_AUTO_FREE char *canonical = hnn_printf("%s%llu", prefix, point);
    return strcmp(name, canonical) == 0 && point < results->n_points &&
           (results->points[point].record || (results->points[point].begun && !results->complete));
}

/* Points of an earlier sweep count for nothing without their records, which come first for those
 * whose folders are in use.                                                     */
static void remove_earlier(const hnn_sweep_results *results)
{
    for (size_t i = 0; i < results->n_points; i++) {
        const point_data *point = &results->points[i];
        HNN_AUTO_FREE char *record = path_in_point(results, i, "run.json");
        if (point->begun && !point->record)
            unlink(record);
    }
    hnn_folder_remove_others(&results->folder, is_ours, results);
}

void hnn_sweep_results_point_finished(hnn_sweep_results *results, size_t point, json_t *record)
{
    take_record(results, point, record, false);
    if (results->replace)
        remove_earlier(results);
    results->replace = false;
}

/* ---- the end ---- */

static hnn_status add_points(const hnn_sweep_results *results, hnn_sweep_h5 *h5, hnn_errors *errors)
{
    HNN_AUTO_FREE char *whole = path_of(results, "results.h5");
    hnn_status status = HNN_OK;
    for (size_t i = 0; i < results->n_points && status == HNN_OK; i++) {
        const point_data *point = &results->points[i];
        HNN_AUTO_FREE char *own = path_in_point(results, i, "results.h5");
        if (point->record)
            status = hnn_sweep_h5_add(h5, i, point->put ? whole : own, point->put, errors);
    }
    return status;
}

static hnn_status write_whole(const hnn_sweep_results *results, const json_t *run_info,
                              hnn_errors *errors)
{
    HNN_AUTO_FREE char *path = hnn_folder_part(&results->folder, "results.h5");
    HNN_AUTO_FREE char *info = hnn_folder_part(&results->folder, "run.json");
    HNN_AUTO_FREE char *text = hnn_json_text(run_info, 2);
    hnn_sweep_h5 *h5;
    hnn_status status = hnn_sweep_h5_create(path, results->model, &h5, errors);
    if (status != HNN_OK)
        return status;
    status = add_points(results, h5, errors);
    hnn_status closed = hnn_sweep_h5_close(h5, status == HNN_OK ? errors : NULL);
    if (status == HNN_OK)
        status = closed;
    return status == HNN_OK ? hnn_text_write(info, text, errors) : status;
}

/* What a point has of its own beside its text files.  Its record goes first: without it the
 * rest counts for nothing.                                                     */
static void strip_points(const hnn_sweep_results *results)
{
    for (size_t i = 0; i < results->n_points; i++) {
        if (!results->points[i].put)
            continue;
        HNN_AUTO_FREE char *record = path_in_point(results, i, "run.json");
        HNN_AUTO_FREE char *h5 = path_in_point(results, i, "results.h5");
        HNN_AUTO_FREE char *folder = folder_of(results, i);
        unlink(record);
        unlink(h5);
        rmdir(folder); /* stays if there are text files in it */
    }
}

hnn_status hnn_sweep_results_finish(hnn_sweep_results *results, const json_t *run_info,
                                    hnn_errors *errors)
{
    hnn_status status = write_whole(results, run_info, errors);
    if (status == HNN_OK)
        status = hnn_folder_publish(&results->folder, "results.h5", errors);
    if (status == HNN_OK)
        status = hnn_folder_publish(&results->folder, "run.json", errors);
    if (status != HNN_OK)
        return status;
    for (size_t i = 0; i < results->n_points; i++)
        results->points[i].put = results->points[i].record != NULL;
    results->complete = true;
    strip_points(results);
    hnn_folder_remove_others(&results->folder, is_ours, results);
    return HNN_OK;
}

void hnn_sweep_results_close(hnn_sweep_results *results)
{
    if (!results)
        return;
    for (size_t i = 0; i < results->n_points; i++)
        json_decref(results->points[i].record);
    hnn_folder_close(&results->folder, !results->complete);
    free(results->points);
    free(results);
}
