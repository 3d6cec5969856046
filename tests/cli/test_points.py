# SPDX-License-Identifier: BSD-3-Clause
"""Question: does a sweep whose points run together give the files of one whose points run one by
one, however they are cut, and is no more lost when one of them fails?

The engine is the native one, made to take several networks (plugins/several_engine.c)."""

import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BUILD, PROGRAM, events, mpirun, needs_mpi, run
from test_sweep import GRID, MODEL, SweepCase, h5ls

# points that differ in their events and in their connections
MU = MODEL + """sweep:
  mode: zip
  parameters:
    drives.evprox1.mu: [5, 5.5, 6, 6.5, 7, 7.5, 8]
    network.gains.e_e: [1, 2, 0.5, 3, 0, 4, 1.5]
"""
N_MU = 7


def few_files(n):
    return ["bash", "-c", f'ulimit -n {n}; exec "$@"', "bash"]


class TogetherCase(SweepCase):
    def environment(self, **settings):
        self.log = self.dir / "log"
        self.log.unlink(missing_ok=True)
        return {**os.environ, "HNN_PREFIX": str(BUILD / "tests" / "several"),
                "HNN_SEVERAL_LOG": str(self.log),
                **{f"HNN_SEVERAL_{name.upper()}": str(value) for name, value in settings.items()}}

    def try_together(self, text, name, *options, launcher=(), **settings):
        return run(self.write("model.yaml", text), *options, "-e", "native", "-o", self.dir / name,
                   launcher=launcher, env=self.environment(**settings))

    def together(self, text, name, *options, launcher=(), **settings):
        self.assert_status(self.try_together(text, name, *options, launcher=launcher, **settings), 0)
        return self.dir / name

    def calls(self, what):
        """The numbers that the engine was called with, in order."""
        return [int(line.split()[1]) for line in self.log.read_text().splitlines()
                if line.split()[0] == what]


class Together(TogetherCase):
    def test_same_files_however_they_are_cut(self):
        alone = self.sweep(MU, "alone", "-n", "3")
        for name, settings, builds, starts in (
                ("all", {}, [7], [21]),
                ("rounds", {"batch": 4}, [7], [4, 4, 4, 4, 4, 1]),
                ("three", {"networks": 3}, [3, 3, 1], [9, 9, 3]),
                ("one", {"networks": 1}, [1] * 7, [3] * 7),
                ("takes", {"takes": 2}, [7, 4, 3, 1], [6, 6, 6, 3]),
                ("builds", {"builds": 3}, [7, 3, 3, 1], [9, 9, 3]),
                ("starts", {"starts": 5}, [7], [21, 10, 5, 5, 5, 5, 1]),
                ("memory", {"builds": 1, "starts": 1}, [7, 3] + [1] * 7, [3, 1, 1, 1] * 7)):
            with self.subTest(cut=name):
                self.assert_same_tree(alone, self.together(MU, name, "-n", "3", **settings))
                self.assertEqual(self.calls("build"), builds)
                self.assertEqual(self.calls("start"), starts)

    def test_only_points_that_are_alike_run_together(self):
        text = GRID + "    simulation.trials: [1, 2]\n"
        alone = self.sweep(text, "alone", "-e", "native")
        self.assert_same_tree(alone, self.together(text, "out"))
        self.assertEqual(self.calls("build"), [3, 3, 3, 3])
        self.assertEqual(self.calls("start"), [3, 6, 3, 6])
        record = self.record(self.dir / "out")
        self.assertEqual([p["point"] for p in record["points"]], list(range(12)))
        self.assertEqual({p["together"] for p in record["points"]}, {3})

    def test_networks_of_other_size_and_recordings(self):
        text = MODEL + """sweep:
  mode: zip
  parameters:
    network.model: [neymotin_2020, null, law_2021]
    network.file: [null, %s, null]
    network.mesh: [[2, 2], null, [3, 3]]
""" % MODEL.split("file: ")[1].split("}")[0]
        text = text.replace("simulation:", "record: {vsec: soma}\nsimulation:")
        alone = self.sweep(text, "alone", "-n", "2", "-e", "native")
        self.assert_same_tree(alone, self.together(text, "out", "-n", "2"))
        self.assertEqual(self.calls("build"), [3])
        if os.path.exists(BUILD / "lib" / "hnn-run" / "comm-mpi.so"):
            self.assert_same_tree(alone, self.together(text, "n2", "-n", "2", launcher=mpirun(2)))

    def test_open_files(self):
        alone = self.sweep(MU, "alone")
        self.assert_same_tree(alone, self.together(MU, "few", launcher=few_files(134)))
        self.assertEqual(self.calls("build"), [3, 3, 1])

    def test_ranks(self):
        for trials in ("1", "2"):
            alone = self.sweep(MU, f"alone{trials}", "-n", trials)
            for ranks, settings in ((2, {}), (3, {}), (2, {"networks": 3}), (3, {"takes": 1}),
                                    (5, {"networks": 5, "batch": 1}), (2, {"builds": 2, "starts": 1})):
                with self.subTest(trials=trials, ranks=ranks, settings=settings):
                    out = self.together(MU, "out", "-n", trials, "--overwrite", launcher=mpirun(ranks),
                                        **settings)
                    self.assert_same_tree(alone, out)

    def test_ranks_that_share_trials(self):
        """4 ranks for a batch of 3 points: groups of one, then of 2 ranks in the sweep of two."""
        alone = self.sweep(MU, "alone")
        for networks in (2, 3):
            out = self.together(MU, f"n{networks}", launcher=mpirun(4), networks=networks)
            self.assert_same_tree(alone, out)

    def test_networks_are_spread_over_ranks(self):
        self.together(MU, "out", launcher=mpirun(2))
        self.assertEqual(sorted(self.calls("build")), [3, 4])


class Telling(TogetherCase):
    def test_events(self):
        process = self.try_together(MU, "out", "-n", "2", "--progress", "json", networks=4)
        self.assert_status(process, 0)
        seen = events(process)
        begun = [e["point"] for e in seen if e["event"] == "point"]
        self.assertEqual(begun, list(range(N_MU)))
        trials = [(e["point"], e["trial"], e["of_points"]) for e in seen if e["event"] == "trial"]
        self.assertEqual(trials, [(p, k, N_MU) for p in range(N_MU) for k in range(2)])
        places = [(e["event"], e["point"]) for e in seen if e["event"] in ("point", "trial")]
        self.assertEqual(places[:4], [("point", p) for p in range(4)])
        self.assertEqual([e["points"] for e in seen if e["event"] == "plan"], [4])
        for event in seen:
            if event["event"] == "progress":
                self.assertIn((event["point"], event["trial"]), ((0, 0), (4, 0)))

    @needs_mpi
    def test_dry_run(self):
        model = self.write("model.yaml", GRID)
        plan = json.loads(run(model, "--dry-run", "--json", "-e", "native", env=self.environment()).stdout)
        self.assertEqual((plan["points"], plan["trials"], plan["sweep"]["points"]), (3, 1, 6))
        self.assertEqual(json.loads(run(model, "--dry-run", "--json", "-e", "native").stdout)["points"], 1)
        text = run(model, "--dry-run", "-e", "native", "--ranks", "3", env=self.environment()).stdout
        self.assertIn("points   3 at a time", text)
        self.assertIn("ranks    3 in 3 groups of 1", text)


class Failures(TogetherCase):
    RUNAWAY = MODEL.replace("tstop: 10", "tstop: 30") + """sweep:
  parameters:
    network.cells.L2_basket.sections.soma.mechs.hh2.gl: [1e-4, 2e-4, 3e-4, -0.034, 4e-4, 5e-4, 6e-4]
"""

    def test_failing_point_is_named_and_those_before_are_kept(self):
        launchers = [(), mpirun(2)]
        for i, launcher in enumerate(launchers):
            with self.subTest(launcher=launcher):
                process = self.try_together(self.RUNAWAY, f"out{i}", launcher=launcher)
                self.assert_fails(process, 4, "point 4 of 7 (network.cells", "gl=-0.034): the voltage",
                                  "no longer a number", "3 of 7 points are finished")
                self.assertEqual(process.stderr.count("error:"), 1, process.stderr)
                out = self.dir / f"out{i}"
                self.assertEqual([p["point"] for p in self.record(out)["points"]], [0, 1, 2])
                self.assertNotIn("/points/3", h5ls(out / "results.h5"))
                self.assertFalse(list(out.rglob("*.part")))

    def test_trials_are_named(self):
        process = self.try_together(self.RUNAWAY, "out", "-n", "4", batch=2)
        self.assert_fails(process, 4, "point 4 of 7", "trials 1 to 2 of 4: ")

    def test_lost_device(self):
        process = self.try_together(MU, "out", lost=2, networks=3)
        self.assert_fails(process, 3, "error: points 1 to 3 of 7: the device is gone")
        process = self.try_together(MU, "out", "-n", "2", lost=2, batch=3)
        self.assert_fails(process, 3, "error: points 1 to 2 of 7, 3 of their trials: the device")
        process = self.try_together(MU, "out", lost=1)
        self.assert_fails(process, 3, "error: points 1 to 7 of 7: there is no device")
        self.assert_nothing_left(self.dir / "out")

    def test_memory_for_not_even_one(self):
        process = self.try_together(MU, "out", "-n", "2", builds=0)
        self.assert_fails(process, 3, "point 1 of 7 (drives.evprox1.mu=5, network.gains.e_e=1): no memory for 1 networks")
        self.assertEqual(self.calls("build"), [7, 3, 1])
        process = self.try_together(MU, "out", "-n", "2", starts=0)
        self.assert_fails(process, 3, "point 1 of 7 (drives.evprox1.mu=5, network.gains.e_e=1): trial 1 of 2: no memory for 1")
        self.assertEqual(process.stderr.count("error:"), 1, process.stderr)

    def test_interrupted_and_resumed(self):
        text = MU.replace("tstop: 10", "tstop: 400")
        whole = self.sweep(text, "whole")
        out = self.dir / "out"
        for point in (2, 4):
            process = subprocess.Popen(
                [str(PROGRAM), str(self.dir / "model.yaml"), "-e", "native", "--progress", "json", "--resume",
                 "-o", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=self.environment(networks=2))
            for line in process.stdout:
                event = json.loads(line)
                if event["event"] == "progress" and event["point"] == point and event["t"] > 0:
                    process.send_signal(signal.SIGINT)
                    break
            rest, _ = process.communicate(timeout=100)
            self.assertEqual(process.returncode, 130)
            last = json.loads(rest.splitlines()[-1])
            self.assertEqual((last["event"], last["finished_points"]), ("interrupted", point))
            self.assertEqual([p["point"] for p in self.record(out)["points"]], list(range(point)))
            self.assertFalse(list(out.rglob("*.part")))
        self.together(text, "out", "--resume")
        self.assertEqual(self.calls("build"), [3])
        self.assert_same_tree(whole, out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
