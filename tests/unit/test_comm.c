/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the communicator of one process keep the contract, and is MPI refused with a reason
 * where it cannot be loaded?  Several ranks: tests/mpi. */
#include "../support/folder.h"
#include "comm/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static hnn_world world;

static int open_world(void **state)
{
    (void)state;
    hnn_launch launch = {.by = "", .size = 1, .host_size = 1};
    hnn_errors errors = {0};
    return hnn_world_open(&launch, "/nonexistent", &world, &errors) == HNN_OK ? 0 : -1;
}

static int close_world(void **state)
{
    (void)state;
    hnn_world_close(&world);
    hnn_world_close(&world);
    return 0;
}

static void place(void **state)
{
    (void)state;
    assert_string_equal(world.api->name, "none");
    assert_int_equal(world.api->rank(world.comm), 0);
    assert_int_equal(world.api->size(world.comm), 1);
    assert_int_equal(world.api->host_rank(world.comm), 0);
    assert_int_equal(world.api->host_size(world.comm), 1);
}

static void collectives(void **state)
{
    (void)state;
    const hnn_comm_api *api = world.api;
    hnn_errors errors = {0};
    char data[] = "abc", out[4] = "";
    size_t sizes[] = {sizeof data};
    assert_int_equal(api->broadcast(world.comm, data, sizeof data, 0, &errors), HNN_OK);
    assert_int_equal(api->gather(world.comm, data, sizeof data, out, sizes, 0, &errors), HNN_OK);
    assert_string_equal(out, "abc");
    assert_int_equal(api->gather(world.comm, NULL, 0, NULL, sizes, 0, &errors), HNN_OK);
    int64_t most = 0;
    assert_int_equal(api->max(world.comm, -7, &most, &errors), HNN_OK);
    assert_int_equal(most, -7);
    hnn_comm *group = NULL;
    assert_int_equal(api->split(world.comm, 3, &group, &errors), HNN_OK);
    assert_int_equal(api->size(group), 1);
    api->close(group);
    assert_true(hnn_comm_all_ok(api, world.comm, true));
    assert_false(hnn_comm_all_ok(api, world.comm, false));
    assert_int_equal(errors.n, 0);
}

static void no_partner(void **state)
{
    (void)state;
    hnn_errors errors = {0};
    char byte = 0;
    assert_int_equal(world.api->send(world.comm, &byte, 1, 1, 0, &errors), HNN_ERR_MACHINE);
    assert_int_equal(world.api->receive(world.comm, &byte, 1, 1, 0, &errors), HNN_ERR_MACHINE);
    assert_int_equal(errors.n, 2);
    hnn_errors_clear(&errors);
}

static void mpi_that_cannot_be_loaded(void **state)
{
    (void)state;
    char *folder = test_folder_create();
    test_folder_write(folder, "comm-mpi.so", "no library", 0644);
    hnn_launch launch = {.mpi = true, .by = "Open MPI", .rank = 1, .size = 2};
    hnn_world other;
    hnn_errors errors = {0};
    assert_int_equal(hnn_world_open(&launch, "/nonexistent", &other, &errors), HNN_ERR_MACHINE);
    assert_null(other.api);
    assert_non_null(strstr(errors.items[0].message, "/nonexistent/comm-mpi.so is not there"));
    assert_int_equal(hnn_world_open(&launch, folder, &other, &errors), HNN_ERR_MACHINE);
    assert_non_null(strstr(errors.items[1].message, "damaged"));
    hnn_errors_clear(&errors);
    test_folder_destroy(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(place),
        cmocka_unit_test(collectives),
        cmocka_unit_test(no_partner),
        cmocka_unit_test(mpi_that_cannot_be_loaded),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
