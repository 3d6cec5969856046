# SPDX-License-Identifier: BSD-3-Clause
"""How fast is hnn-run? Prints a table; no test depends on it.

    python3 tests/bench/bench.py [--runs N] [--tstop MS] [--reference PYTHON]

--reference names a Python that has hnn-core: it then runs the same trial in turn with
hnn-run, so that the ratio holds on a noisy machine. Every figure is a median."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import EXAMPLES, PROGRAM, mpirun

REFERENCE = """
import json, sys, time
started = time.perf_counter()
import hnn_core
from hnn_core import jones_2009_model, simulate_dipole
imported = time.perf_counter()
net = jones_2009_model()
weights = dict(
    evdist1=(dict(L2_basket=0.006562, L2_pyramidal=7e-6, L5_pyramidal=0.1423),
             dict(L2_basket=0.019482, L2_pyramidal=0.004317, L5_pyramidal=0.080074)),
    evprox1=(dict(L2_basket=0.08831, L2_pyramidal=0.01525, L5_basket=0.19934,
                  L5_pyramidal=0.00865), None),
    evprox2=(dict(L2_basket=3e-6, L2_pyramidal=1.438840, L5_basket=0.008958,
                  L5_pyramidal=0.684013), None))
proximal = dict(L2_basket=0.1, L2_pyramidal=0.1, L5_basket=1.0, L5_pyramidal=1.0)
for name, mu, sigma, seed in (("evdist1", 63.53, 3.85, 274), ("evprox1", 26.61, 2.47, 544),
                              ("evprox2", 137.12, 8.33, 814)):
    ampa, nmda = weights[name]
    place = "distal" if nmda else "proximal"
    delays = {t: 0.1 for t in ampa} if nmda else proximal
    net.add_evoked_drive(name, mu=mu, sigma=sigma, numspikes=1, location=place,
                         weights_ampa=ampa, weights_nmda=nmda, synaptic_delays=delays,
                         event_seed=seed)
simulate_dipole(net, tstop=float(sys.argv[1]), n_trials=1)
print("SECONDS", time.perf_counter() - started, imported - started)
"""


def measure(command):
    """Wall seconds, peak memory in MB and the output of a command."""
    with tempfile.TemporaryFile("w+") as out:
        started = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdout=out,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        out.seek(0)
        if status:
            sys.exit(f"failed: {' '.join(map(str, command))}")
        return seconds, usage.ru_maxrss / 1024, out.read()


def one_trial(tstop, launcher=()):
    """hnn-run on the evoked example: what run.json says, and the process' own figures."""
    with tempfile.TemporaryDirectory(prefix="hnn-bench-") as scratch:
        folder = Path(scratch) / "out"
        wall, memory, _ = measure([*launcher, PROGRAM, EXAMPLES / "evoked.yaml", "-n", "1",
                                   "-e", "neuron", "--tstop", tstop, "-q", "-o", folder])
        info = json.loads((folder / "run.json").read_text())
        return {"wall": wall, "memory": memory, "build": info["times"]["build_s"],
                "solve": info["times"]["run_s"]}


def first_event():
    """Seconds from start to the first line of --progress json."""
    with tempfile.TemporaryDirectory(prefix="hnn-bench-") as scratch:
        started = time.perf_counter()
        child = subprocess.Popen([str(PROGRAM), str(EXAMPLES / "evoked.yaml"), "--tstop", "1",
                                  "--progress", "json", "-o", scratch + "/out"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        child.stdout.readline()
        seconds = time.perf_counter() - started
        child.communicate()
        return seconds


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tstop", type=float, default=170.0)
    parser.add_argument("--reference", help="a Python with hnn-core")
    args = parser.parse_args()

    alone, pairs, reference = [], [], []
    for _ in range(args.runs):
        alone.append(one_trial(args.tstop))
        pairs.append(one_trial(args.tstop, mpirun(2)))
        if args.reference:
            _, memory, text = measure([args.reference, "-c", REFERENCE, args.tstop])
            total, imported = map(float, text.rsplit("SECONDS", 1)[1].split())
            reference.append({"wall": total, "memory": memory, "import": imported})
    start = statistics.median(first_event() for _ in range(5))

    wall = median(alone, "wall")
    print(f"evoked trial of {args.tstop:g} ms, medians of {args.runs} runs")
    print(f"  start to first event line  {start * 1e3:8.1f} ms")
    print(f"  network build              {median(alone, 'build'):8.2f} s")
    print(f"  solve, 1 rank              {median(alone, 'solve'):8.2f} s")
    print(f"  solve, 2 ranks             {median(pairs, 'solve'):8.2f} s   "
          f"{median(alone, 'solve') / median(pairs, 'solve'):.2f} times faster")
    print(f"  whole process              {wall:8.2f} s")
    print(f"  peak memory                {median(alone, 'memory'):8.0f} MB")
    if reference:
        theirs = median(reference, "wall")
        ratio = statistics.median(a["wall"] / r["wall"] for a, r in zip(alone, reference))
        print(f"  hnn-core, whole process    {theirs:8.2f} s   (of it import "
              f"{median(reference, 'import'):.2f} s), {median(reference, 'memory'):.0f} MB")
        print(f"  hnn-run / hnn-core         {ratio:8.3f}")


if __name__ == "__main__":
    main()
