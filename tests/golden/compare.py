#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compare the results of a run with a golden case of the reference.

    compare.py RESULTS CASE [--tolerance 1e-9] [--time-tolerance 1e-9]

RESULTS  a results folder of hnn-run (holds results.h5)
CASE     a golden case: dipole_<k>.txt.gz, spikes_<k>.txt.gz, recordings_<k>.npz, network.json

Spikes must be the same ones, gid by gid, each within the time tolerance (ms).
Dipoles, voltages, synaptic currents, calcium and electrode traces are measured
trace by trace in the maximum norm: max |ours - golden| / max |golden|.

Prints one line for each quantity of each trial.  Exit status: 0 all agree, 1 some
differ, 2 something could not be read.
"""

import argparse
import gzip
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

GOLDEN_STRIDE = 8  # golden section traces hold every 8th sample
SHOWN_SPIKES = 4  # how many differing spikes a report lists


@dataclass
class Finding:
    """One line of the report."""

    trial: int
    quantity: str
    size: str
    difference: str
    agrees: bool
    remark: str = ""


def read_rows(path, columns):
    """The first `columns` fields of every line of a gzipped text file, as strings."""
    with gzip.open(path, "rt") as lines:
        return [line.split()[:columns] for line in lines if line.strip()]


def dipole_types(case):
    """Names of the cell types that make up the dipole, in the golden columns' order."""
    network = json.loads((case / "network.json").read_text())
    stock = ["L2_pyramidal", "L5_pyramidal"]
    types = network["cell_types"]
    if any("cell_metadata" not in t for t in types.values()):
        return [name for name in stock if name in types]
    return [n for n, t in types.items() if t["cell_metadata"].get("measure_dipole")]


def distance(ours, golden):
    """Maximum norm of the difference, relative to the golden trace's own."""
    if ours.shape != golden.shape:
        return np.inf
    worst = np.max(np.abs(ours - golden), initial=0.0)
    peak = np.max(np.abs(golden), initial=0.0)
    if np.isnan(worst):
        return np.inf
    return worst / peak if peak > 0.0 else worst


def compare_traces(trial, quantity, pairs, missing, tolerance):
    """One finding for many traces: the worst of them decides."""
    worst, where = 0.0, ""
    for name, ours, golden in pairs:
        d = distance(ours, golden)
        if d >= worst:
            worst, where = d, name
        if ours.shape != golden.shape:
            where = f"{name}: {ours.shape} instead of {golden.shape}"
    if missing:
        where = f"{len(missing)} missing, first {missing[0]}"
    size = f"{len(pairs) + len(missing)} traces"
    agrees = not missing and worst <= tolerance
    return Finding(trial, quantity, size, f"{worst:.2e}", agrees, where)


def compare_dipole(trial, group, case, time, tolerance):
    """The time axis and every column of the dipole."""
    golden = np.array(read_rows(case / f"dipole_{trial}.txt.gz", None), dtype=float)
    names = ["agg", *dipole_types(case)]
    if golden.shape[1] != 1 + len(names):
        raise ValueError(f"{case}: {golden.shape[1] - 1} dipole columns for {names}")
    same_length = len(time) == len(golden)
    clock = np.max(np.abs(time - golden[:, 0])) if same_length else np.inf
    size = f"{len(golden)} samples"
    remark = "" if same_length else f"{len(time)} samples instead of {len(golden)}"
    yield Finding(trial, "time", size, f"{clock:.2e}", clock <= tolerance, remark)
    pairs = [(n, group[n][()], golden[:, i + 1]) for i, n in enumerate(names) if n in group]
    missing = [n for n in names if n not in group]
    yield compare_traces(trial, "dipole", pairs, missing, tolerance)


def spikes_by_gid(times, gids):
    """Ascending spike times of each gid."""
    order = np.lexsort((times, gids))
    times, gids = times[order], gids[order]
    starts = np.flatnonzero(np.r_[True, gids[1:] != gids[:-1]]) if len(gids) else []
    return {int(gids[i]): t for i, t in zip(starts, np.split(times, starts[1:]))}


def unmatched(ours, golden, tolerance):
    """Spikes of one cell that the other side lacks, and the worst distance of the rest."""
    extra, lost, worst, i, j = [], [], 0.0, 0, 0
    while i < len(ours) or j < len(golden):
        if i < len(ours) and j < len(golden) and abs(ours[i] - golden[j]) <= tolerance:
            worst = max(worst, abs(ours[i] - golden[j]))
            i, j = i + 1, j + 1
        elif j == len(golden) or (i < len(ours) and ours[i] < golden[j]):
            extra.append(ours[i])
            i += 1
        else:
            lost.append(golden[j])
            j += 1
    return extra, lost, worst


def compare_spikes(trial, group, case, tolerance):
    """The same spikes of the same cells; drive cells included."""
    rows = read_rows(case / f"spikes_{trial}.txt.gz", 3)
    kind = {int(gid): name for _, gid, name in rows}
    golden = spikes_by_gid(
        np.array([row[0] for row in rows], dtype=float),
        np.array([row[1] for row in rows], dtype=int),
    )
    ours = spikes_by_gid(group["time"][()], group["gid"][()])
    none = np.empty(0)
    wrong, worst, n_extra, n_lost = [], 0.0, 0, 0
    for gid in sorted(ours.keys() | golden.keys()):
        extra, lost, d = unmatched(ours.get(gid, none), golden.get(gid, none), tolerance)
        worst, n_extra, n_lost = max(worst, d), n_extra + len(extra), n_lost + len(lost)
        label = f"{gid} {kind.get(gid, '')}".strip()
        wrong += [(t, f"+{label}@{t:.6f}") for t in extra]
        wrong += [(t, f"-{label}@{t:.6f}") for t in lost]
    remark = " ".join(text for _, text in sorted(wrong)[:SHOWN_SPIKES])
    difference = f"+{n_extra} -{n_lost}" if wrong else f"{worst:.2e}"
    return Finding(trial, "spikes", f"{len(rows)} spikes", difference, not wrong, remark)


def trace_pairs(group, golden, keys, stride):
    """(name, ours, golden) of the traces in both, and the names that we lack."""
    pairs, missing = [], []
    for key, path in keys:
        if path in group:
            pairs.append((path, group[path][()][..., ::stride], golden[key]))
        else:
            missing.append(path)
    return pairs, missing


def compare_recordings(trial, group, case, tolerance):
    """Section traces, and electrodes contact by contact."""
    path = case / f"recordings_{trial}.npz"
    if not path.exists():
        return
    with np.load(path) as archive:
        golden = dict(archive)
    for quantity in ("vsec", "isec", "ca"):
        keys = [(k, k) for k in golden if k.startswith(quantity + "/")]
        if keys:
            pairs, missing = trace_pairs(group, golden, keys, GOLDEN_STRIDE)
            yield compare_traces(trial, quantity, pairs, missing, tolerance)
    arrays = [k for k in golden if k.startswith("rec_") and k != "rec_times"]
    for key in arrays:
        name = key[len("rec_") :]
        pairs, missing = trace_pairs(group, golden, [(key, f"electrodes/{name}")], 1)
        if pairs and pairs[0][1].shape == pairs[0][2].shape:
            _, ours, theirs = pairs[0]
            pairs = [(f"contact {i}", a, b) for i, (a, b) in enumerate(zip(ours, theirs))]
        yield compare_traces(trial, f"electrodes {name}", pairs, missing, tolerance)


def compare(results, case, options):
    """All findings about one run."""
    with h5py.File(results / "results.h5", "r") as file:
        time = file["time"][()]
        n_golden = len(list(case.glob("dipole_*.txt.gz")))
        n_ours = len(file["trials"])
        if n_ours != n_golden:
            yield Finding(0, "trials", f"{n_golden} trials", f"{n_ours} trials", False)
        for trial in range(min(n_ours, n_golden)):
            group = file["trials"][str(trial)]
            yield from compare_dipole(trial, group["dipole"], case, time, options.tolerance)
            yield compare_spikes(trial, group["spikes"], case, options.time_tolerance)
            yield from compare_recordings(trial, group, case, options.tolerance)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="results folder of hnn-run")
    parser.add_argument("case", type=Path, help="folder of a golden case")
    parser.add_argument("--tolerance", type=float, default=1e-9, help="relative (default 1e-9)")
    parser.add_argument("--time-tolerance", type=float, default=1e-9, help="ms (default 1e-9)")
    options = parser.parse_args()
    try:
        findings = list(compare(options.results, options.case, options))
    except (OSError, KeyError, ValueError) as error:
        message = f"cannot compare {options.results} with {options.case}: {error}"
        print(f"compare.py: {message}", file=sys.stderr)
        return 2
    for f in findings:
        verdict = "ok" if f.agrees else "DIFFERS"
        measured = f"{f.trial}  {f.quantity:<18} {f.size:>14}  {f.difference:>10}"
        print(f"{measured}  {verdict:<7} {f.remark}".rstrip())
    return 0 if findings and all(f.agrees for f in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
