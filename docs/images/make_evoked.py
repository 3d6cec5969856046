#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Draws docs/images/evoked.png: the dipole and the spikes of examples/evoked.yaml.

    hnn-run examples/evoked.yaml -o results/evoked
    docs/images/make_evoked.py results/evoked docs/images/evoked.png

Needs python3-h5py and python3-matplotlib (Debian packages)."""

import json
import sys
from pathlib import Path

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

# name in the results, label, colour: from the surface of the cortex down
CELLS = [
    ("L2_basket", "L2/3 basket", "#b5651d"),
    ("L2_pyramidal", "L2/3 pyramidal", "#c0392b"),
    ("L5_basket", "L5 basket", "#5b8c5a"),
    ("L5_pyramidal", "L5 pyramidal", "#1f5a96"),
]
TRIALS = ["#1f2933", "#8a99a8"]
DRIVES = {"proximal": "#2e7d32", "distal": "#8e44ad"}
GAP = 12  # rows between the cell types of the raster


def cells_of(file, name):
    """The gids of a cell type."""
    return np.flatnonzero(file["cells"]["type"] == name.encode())


def draw_dipoles(axes, folder, trials):
    """The dipole of each trial, smoothed and scaled as the model says."""
    for k in range(trials):
        time, total = np.loadtxt(folder / f"dpl_{k}.txt", usecols=(0, 1), unpack=True)
        axes.plot(time, total, color=TRIALS[k % len(TRIALS)], lw=1.6, label=f"trial {k}")
    axes.axhline(0, color="0.8", lw=0.8, zorder=0)
    axes.set_ylabel("dipole (nAm)")
    axes.legend(frameon=False, loc="upper left")


def draw_drives(axes, file, model, trial):
    """When each drive's cells fire in this trial, as a histogram."""
    spikes = file[f"trials/{trial}/spikes"]
    names = file["drive_cells"]["type"]
    first = len(file["cells"])
    bins = np.arange(0, model["simulation"]["tstop"] + 2, 2)
    for name, drive in model["drives"].items():
        gids = first + np.flatnonzero(names == name.encode())
        times = spikes["time"][np.isin(spikes["gid"], gids)]
        colour = DRIVES[drive["location"]]
        counts, _, _ = axes.hist(times, bins, color=colour, alpha=0.85)
        axes.annotate(f"{name} ({drive['location']})", (np.median(times), counts.max()),
                      (0, 3), textcoords="offset points", ha="center", color=colour, fontsize=8)
    axes.set_ylabel("drive\nspikes / 2 ms")
    axes.margins(y=0.3)


def draw_raster(axes, file, trial):
    """Every spike of every cell: one row a cell, the layers in their order."""
    spikes = file[f"trials/{trial}/spikes"]
    times, gids = spikes["time"][()], spikes["gid"][()]
    row, ticks = 0, []
    for name, label, colour in reversed(CELLS):
        own = cells_of(file, name)
        fired = np.isin(gids, own)
        rows = row + np.searchsorted(own, gids[fired])
        axes.scatter(times[fired], rows, s=9, marker="|", linewidths=1.0, color=colour)
        ticks.append((row + len(own) / 2, f"{label}\n{len(own)} cells", colour))
        row += len(own) + GAP
    axes.set_ylim(-GAP, row)
    axes.set_yticks([t for t, _, _ in ticks], [label for _, label, _ in ticks], fontsize=8)
    for text, (_, _, colour) in zip(axes.get_yticklabels(), ticks):
        text.set_color(colour)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("time (ms)")


def main(folder, picture):
    folder = Path(folder)
    model = json.loads((folder / "run.json").read_text())["resolved_model"]
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure, (dipole, drives, raster) = plt.subplots(
        3, 1, figsize=(7.5, 6.6), sharex=True, constrained_layout=True,
        gridspec_kw={"height_ratios": [3, 1.3, 4]})
    with h5py.File(folder / "results.h5", "r") as file:
        draw_dipoles(dipole, folder, len(file["trials"]))
        draw_drives(drives, file, model, 0)
        draw_raster(raster, file, 0)
    processing = model["postprocess"]
    dipole.set_title(f"{model['title']}: current dipole, smoothed over {processing['smooth']:g} ms, "
                     f"times {processing['scale']:g}", loc="left", fontsize=10)
    drives.set_title("Drives and cells of trial 0", loc="left", fontsize=10)
    raster.set_xlim(0, model["simulation"]["tstop"])
    figure.align_ylabels([dipole, drives])
    figure.savefig(picture, dpi=150, metadata={"Software": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
