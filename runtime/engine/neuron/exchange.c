#include "engine/neuron/exchange.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>
#ifdef HNN_HAVE_MPI
#include <mpi.h>
#endif

static void reserve(neuron_exchange *x, size_t n)
{
    if (n > x->capacity) {
        x->capacity = 2 * n;
        x->spikes = hnn_realloc(x->spikes, x->capacity, sizeof *x->spikes);
    }
}

#ifdef HNN_HAVE_MPI

/* How many spikes each rank has; -1 from one that failed. */
static int gather_counts(neuron_exchange *x, MPI_Comm comm, int own, int *counts)
{
    int rc = MPI_Allgather(&own, 1, MPI_INT, counts, 1, MPI_INT, comm);
    x->n = 0;
    for (int r = 0; r < x->options->n_ranks && rc == MPI_SUCCESS; r++) {
        x->failed = x->failed || counts[r] < 0;
        x->n += counts[r] > 0 ? (size_t)counts[r] : 0;
    }
    return rc;
}

static int gather_spikes(neuron_exchange *x, MPI_Comm comm, const hnn_spike *spikes, size_t n,
                         int *counts)
{
    int n_ranks = x->options->n_ranks;
    int *offsets = counts + n_ranks;
    int offset = 0;
    for (int r = 0; r < n_ranks; r++) {
        counts[r] *= (int)sizeof *spikes;
        offsets[r] = offset;
        offset += counts[r];
    }
    reserve(x, x->n);
    return MPI_Allgatherv(spikes, (int)(n * sizeof *spikes), MPI_BYTE, x->spikes, counts, offsets,
                          MPI_BYTE, comm);
}

static hnn_status exchange_mpi(neuron_exchange *x, const hnn_spike *spikes, size_t n, bool failed,
                               hnn_errors *errors)
{
    MPI_Comm comm = *(MPI_Comm *)x->options->mpi_comm;
    HNN_AUTO_FREE int *counts = hnn_alloc(2 * (size_t)x->options->n_ranks, sizeof *counts);
    int rc = gather_counts(x, comm, failed ? -1 : (int)n, counts);
    if (rc == MPI_SUCCESS && !x->failed && x->n > 0)
        rc = gather_spikes(x, comm, spikes, n, counts);
    if (rc == MPI_SUCCESS)
        return HNN_OK;
    return hnn_fail(errors, HNN_ERR_SIMULATION, "spikes could not be exchanged: MPI error %d", rc);
}

#else

static hnn_status exchange_mpi(neuron_exchange *x, const hnn_spike *spikes, size_t n, bool failed,
                               hnn_errors *errors)
{
    (void)x, (void)spikes, (void)n, (void)failed;
    return hnn_fail(errors, HNN_ERR_MACHINE, "this NEURON engine was built without MPI");
}

#endif

hnn_status neuron_exchange_spikes(neuron_exchange *x, const hnn_spike *spikes, size_t n,
                                  bool failed, hnn_errors *errors)
{
    x->failed = failed;
    if (x->options->mpi)
        return exchange_mpi(x, spikes, n, failed, errors);
    reserve(x, n);
    if (n)
        memcpy(x->spikes, spikes, n * sizeof *spikes);
    x->n = n;
    return HNN_OK;
}

void neuron_exchange_release(neuron_exchange *x)
{
    free(x->spikes);
    x->spikes = NULL;
    x->n = x->capacity = 0;
}
