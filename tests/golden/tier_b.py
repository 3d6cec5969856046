#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How near is a run in mixed precision to the same run in double precision?

    tier_b.py RESULTS REFERENCE     results folders of hnn-run

Tier B, trial by trial: every cell fires as often, 99% of the cells' spikes come within one step,
and dipoles differ by less than 0.1%: root mean square of the difference over the range of the
reference (NRMSE), of every cell type and of all.  Electrodes are measured in the same way.

Prints one line for each trial.  Exit status: 0 when all trials are that near, 1 otherwise."""

import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

MOST_NRMSE = 1e-3
LEAST_WITHIN_STEP = 0.99


@dataclass
class Trial:
    """What was measured of one trial."""

    trial: str
    spikes: int  # of cells, in the reference
    other_counts: int  # cells that fire more or less often
    same: int  # spikes at the same time
    within_step: float  # part of the spikes
    dipole: float  # NRMSE, the largest of all types
    electrodes: float

    @property
    def agrees(self):
        return (self.other_counts == 0 and self.within_step >= LEAST_WITHIN_STEP
                and self.dipole < MOST_NRMSE and self.electrodes < MOST_NRMSE)

    def __str__(self):
        return (f"trial {self.trial}: {self.spikes} spikes, {self.same} at the same time, "
                f"{100 * self.within_step:.2f}% within a step, {self.other_counts} cells fire more "
                f"or less often; NRMSE of dipoles {self.dipole:.1e}, electrodes "
                f"{self.electrodes:.1e}: {'tier B' if self.agrees else 'NOT tier B'}")


def nrmse(ours, reference):
    """Of one trace; infinite where the lengths differ or something is no number."""
    if ours.shape != reference.shape:
        return np.inf
    error = np.sqrt(np.mean((ours - reference) ** 2))
    size = np.ptp(reference)
    worst = error / size if size > 0 else error
    return worst if np.isfinite(worst) else np.inf


def largest_nrmse(ours, reference):
    """Of all traces of two groups; rows of a dataset are traces."""
    worst = 0.0
    for name in reference:
        pairs = zip(np.atleast_2d(ours[name][()]), np.atleast_2d(reference[name][()]), strict=True)
        worst = max(worst, *(nrmse(a, b) for a, b in pairs))
    return worst


def times_of(group, gid):
    return np.sort(group["time"][()][group["gid"][()] == gid])


def measure_trial(trial, ours, reference, n_cells, step):
    spikes = other_counts = same = within = 0
    for gid in range(n_cells):
        a, b = times_of(ours["spikes"], gid), times_of(reference["spikes"], gid)
        spikes += len(b)
        if len(a) != len(b):
            other_counts += 1
            continue
        same += np.sum(np.abs(a - b) < 1e-6 * step)
        within += np.sum(np.abs(a - b) < 1.001 * step)
    has_electrodes = "electrodes" in reference
    return Trial(trial, spikes, other_counts, int(same), within / spikes if spikes else 1.0,
                 largest_nrmse(ours["dipole"], reference["dipole"]),
                 largest_nrmse(ours["electrodes"], reference["electrodes"]) if has_electrodes
                 else 0.0)


def measure(results, reference):
    """All trials of two results folders."""
    with h5py.File(Path(results) / "results.h5") as ours, \
            h5py.File(Path(reference) / "results.h5") as theirs:
        assert list(ours["trials"]) == list(theirs["trials"])
        n_cells, step = len(theirs["cells"]), theirs.attrs["dt"]
        return [measure_trial(t, ours["trials"][t], theirs["trials"][t], n_cells, step)
                for t in theirs["trials"]]


def main(results, reference):
    trials = measure(results, reference)
    for trial in trials:
        print(trial)
    return 0 if all(trial.agrees for trial in trials) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
