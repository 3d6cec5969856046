# SPDX-License-Identifier: BSD-3-Clause
"""Question: does hnn-run give the reference's own numbers?

    check_case.py CASE INPUT ENGINE     INPUT: json (hnn-core's network.json), or yaml or param (examples/)

Runs one golden case and compares every trial with the reference by compare.py: every
spike at the same time and gid, dipole and recordings within 1e-9 relative."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import EXAMPLES, GOLDEN, run

# hnn-core's acceptance test: spikes by type, and the smoothed, scaled text
LEGACY_SPIKES = {"L2_pyramidal": 114, "L5_pyramidal": 396, "L2_basket": 55, "L5_basket": 86,
                 "evprox1": 270, "evdist1": 270, "evprox2": 270}


def options_of(case):
    """The options that a network.json lacks, from the reference's run.json."""
    said = json.loads((GOLDEN / case / "run.json").read_text())
    options = ["--tstop", said["tstop"], "--dt", said["dt"], "-n", said["n_trials"]]
    recordings = [f"{key[7:]}={said[key]}" for key in ("record_vsec", "record_isec", "record_ca")
                  if key in said]
    return options + ["--record", ",".join(["dipole", "spikes", *recordings])]


def check_legacy(folder):
    """Layer columns of the text equal the reference's in all rows; spike counts by type."""
    def layers(path):
        return [line.split()[2:] for line in path.read_text().splitlines()]

    ours = layers(folder / "dpl_0.txt")
    reference = layers(GOLDEN / "default_legacy" / "reference_dpl.txt")
    rows = sum(a == b for a, b in zip(ours, reference))
    print(f"reference_dpl.txt: {rows} of {len(reference)} rows equal")
    types = [line.split()[2] for line in (folder / "spk_0.txt").read_text().splitlines()]
    counts = {name: types.count(name) for name in LEGACY_SPIKES}
    print(f"spikes: {counts}")
    return len(ours) == len(reference) == rows == 6801 and counts == LEGACY_SPIKES


def main(case, source, engine):
    model = GOLDEN / case / "network.json" if source == "json" else EXAMPLES / f"{case}.{source}"
    legacy = case == "default_legacy"
    extra = ["-s", "postprocess.smooth=30", "-s", "postprocess.scale=3000"] if legacy else []
    with tempfile.TemporaryDirectory(prefix="hnn-golden-") as scratch:
        folder = Path(scratch) / "results"
        process = run(model, "-e", engine, *options_of(case), *extra, "-o", folder)
        if process.returncode != 0:
            print(process.stdout, process.stderr, sep="\n")
            return 1
        compare = Path(__file__).with_name("compare.py")
        same = subprocess.run([sys.executable, compare, folder, GOLDEN / case]).returncode == 0
        return 0 if same and (not legacy or check_legacy(folder)) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
