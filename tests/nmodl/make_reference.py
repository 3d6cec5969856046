#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Reference numbers for tests/unit/test_kernel_cells.c: every mechanism in one compartment,
computed by NEURON.

    make_reference.py [NAME ...]     writes reference/<mechanism>.txt, of these or of all

Needs Python's neuron package (8.2) and nrnivmodl; run by hand when a mechanism is added
or changed.  Numbers of hh come from Debian's NEURON, as the engine has it: in the wheels of
Python's index hh has no table.  The run of a mechanism is its line ": run TSTOP stim NA event TIME WEIGHT ...",
or stands below.  Legacy units, as everywhere in this project.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EVERY = 20  # steps between rows
RUNS = {
    "Exp2Syn": "30 event 1 0.01 event 3 0.02",
    "ExpSyn": "30 event 1 0.01 event 3 0.02",
    "NMDA_gao": "60 event 1 0.01 event 3.3 0.02 event 4 0.01 event 30 0.001",
    "gabab_destexhe": "60 event 1 0.5 event 3.3 0.7 event 30 0.5",
}
DEFAULT_RUN = "30 stim 0.1"


class Mechanism:
    def __init__(self, path):
        self.path = path
        text = path.read_text()
        self.table = re.search(r"^\s*TABLE\b", text, re.M) is not None
        kind = re.search(r"(SUFFIX|POINT_PROCESS)\s+(\w+)", text)
        self.point, self.name = kind[1] == "POINT_PROCESS", kind[2]
        run = re.search(r"^: run (.*)$", text, re.M)
        self.run = run[1] if run else RUNS.get(self.name, DEFAULT_RUN)
        block = re.search(r"\bSTATE\s*{(.*?)}", text, re.S)
        words = re.sub(r"\([^)]*\)|<[^>]*>|FROM\s+\S+\s+TO\s+\S+|:.*", " ", block[1]) if block else ""
        concentrations = re.findall(r"WRITE ([\w, ]+)", text)
        written = {w for group in concentrations for w in re.split(r"[ ,]+", group)}
        self.states = [s for s in words.split() if s not in written]


def simulate(h, mechanism):
    words = mechanism.run.split()
    tstop, stimulus, events = float(words[0]), 0.0, []
    words = words[1:]
    while words:
        if words[0] == "stim":
            stimulus, words = float(words[1]), words[2:]
        else:
            events.append((float(words[1]), float(words[2])))
            words = words[3:]
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    soma.cm, soma.Ra, soma.nseg = 1, 100, 1
    if mechanism.point:
        point = getattr(h, mechanism.name)(soma(0.5))
        variables = [getattr(point, f"_ref_{s}") for s in mechanism.states]
    else:
        point = None
        soma.insert(mechanism.name)
        variables = [getattr(soma(0.5), f"_ref_{s}_{mechanism.name}") for s in mechanism.states]
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = -1, 1e9, stimulus
    h.celsius, h.dt = 37, 0.025
    columns = [h.Vector().record(v) for v in [soma(0.5)._ref_v, *variables]]
    connections = []
    for _, weight in events:
        connections.append(h.NetCon(None, point))
        connections[-1].weight[0] = weight
        connections[-1].delay = 0
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.finitialize(-65)
    for connection, (time, _) in zip(connections, events):
        connection.event(time)
    h.fcurrent()
    context.psolve(tstop)
    return list(zip(*(column.to_python() for column in columns)))[::EVERY]


def main():
    files = sorted([*(HERE / "accepted").glob("*.mod"), *(ROOT / "mechanisms").glob("*.mod"),
                    *(ROOT / "mechanisms/builtin").glob("*.mod")])
    files = [f for f in files if "ARTIFICIAL_CELL" not in f.read_text()]
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            if file.parent.name != "builtin":
                (pathlib.Path(folder) / file.name).write_text(file.read_text())
        subprocess.run(["nrnivmodl", "."], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        from neuron import h, load_mechanisms

        load_mechanisms(folder)
        h.nrnunit_use_legacy(1)
        for mechanism in map(Mechanism, files):
            if sys.argv[1:] and mechanism.name not in sys.argv[1:]:
                continue
            if mechanism.table and not hasattr(h, f"usetable_{mechanism.name}"):
                print(f"{mechanism.name}: kept, this NEURON has it without its table",
                      file=sys.stderr)
                continue
            rows = simulate(h, mechanism)
            lines = [f"run {mechanism.run}", f"every {EVERY}", " ".join(["v", *mechanism.states])]
            lines += [" ".join(repr(x) for x in row) for row in rows]
            (HERE / "reference" / f"{mechanism.name}.txt").write_text("\n".join(lines) + "\n")
            print(mechanism.name, len(rows), file=sys.stderr)


if __name__ == "__main__":
    main()
