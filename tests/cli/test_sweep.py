# SPDX-License-Identifier: BSD-3-Clause
"""Question: does a sweep give what its points give one by one, in one file, and can it be
interrupted and resumed at any moment without a trace?"""

import json
import shutil
import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import GOLDEN, PROGRAM, Case, events, mpirun, needs_mpi, needs_neuron, run

MODEL = f"""schema: hnn/1
network: {{file: {GOLDEN / "recordings_3x3" / "network.json"}}}
simulation: {{tstop: 10}}
"""
GRID = MODEL + """sweep:
  parameters:
    simulation.tstop: [10, 12]
    drives.evprox1.mu: [5, 8, 6.5]
"""
ZIP = MODEL + """sweep:
  mode: zip
  parameters:
    simulation.tstop: [10, 12]
    network.gains.e_e: [1, 0.5]
    drives.evprox1: [null, {mu: 5}]
"""
GRID_POINTS = [(tstop, mu) for tstop in (10, 12) for mu in (5, 8, 6.5)]


def h5ls(path):
    """Every object of an HDF5 file with its shape."""
    process = subprocess.run(["h5ls", "-r", str(path)], stdout=subprocess.PIPE, text=True, check=True)
    return dict(line.split(None, 1) for line in process.stdout.splitlines())


def h5same(a, b, *objects):
    """Are two files, or these objects in them, the same in every datum and attribute?"""
    return subprocess.run(["h5diff", str(a), str(b), *objects], stdout=subprocess.DEVNULL,
                          check=False).returncode == 0


def h5values(path, dataset):
    process = subprocess.run(["h5dump", "-y", "-w", "0", "-d", dataset, str(path)],
                             stdout=subprocess.PIPE, text=True, check=True)
    data = process.stdout.split("DATA {")[1].split("}")[0]
    return [value.strip().strip('"').replace("\\000", "") for value in data.split(",")]


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(Path(folder).rglob("*"))
            if p.is_file() and p.name != "run.json"}


class SweepCase(Case):
    def sweep(self, text, name, *options, launcher=(), status=0):
        model = self.write("model.yaml", text)
        process = run(model, *options, "-o", self.dir / name, launcher=launcher)
        self.assert_status(process, status)
        return self.dir / name

    def record(self, folder):
        return json.loads((folder / "run.json").read_text())

    def assert_same_tree(self, a, b):
        a, b = tree(a), tree(b)
        self.assertEqual(list(a), list(b))
        for name, data in a.items():
            self.assertTrue(data == b[name], f"{name} differs")


class Points(SweepCase):
    def test_grid_is_its_points_one_by_one(self):
        folder = self.sweep(GRID, "sweep", "-n", "2")
        one = self.write("one.yaml", MODEL)
        for point, (tstop, mu) in enumerate(GRID_POINTS):
            alone = self.dir / f"alone{point}"
            process = run(one, "-n", "2", "--tstop", tstop, "-s", f"drives.evprox1.mu={mu}", "-o", alone)
            self.assert_status(process, 0)
            texts = folder / f"point_{point}"
            self.assertEqual(sorted(p.name for p in texts.iterdir()),
                             ["dpl_0.txt", "dpl_1.txt", "spk_0.txt", "spk_1.txt"])
            for text in texts.iterdir():
                self.assertEqual(text.read_bytes(), (alone / text.name).read_bytes())
            for part in ("trials", "time", "cells", "drive_cells"):
                self.assertTrue(h5same(folder / "results.h5", alone / "results.h5",
                                       f"/points/{point}/{part}", f"/{part}"), f"{point}/{part}")

    def test_values_and_records(self):
        folder = self.sweep(GRID, "sweep", "-n", "2")
        h5 = folder / "results.h5"
        self.assertEqual(h5values(h5, "/sweep/paths"), ["simulation.tstop", "drives.evprox1.mu"])
        self.assertEqual([float(x) for x in h5values(h5, "/sweep/values/drives.evprox1.mu")],
                         [mu for _, mu in GRID_POINTS])
        record = self.record(folder)
        self.assertEqual(record["status"], "done")
        self.assertNotIn("trials", record)
        self.assertEqual([tuple(p["values"].values()) for p in record["points"]], GRID_POINTS)
        for number, point in enumerate(record["points"]):
            self.assertEqual(point["point"], number)
            self.assertEqual([t["trial"] for t in point["trials"]], [0, 1])
            self.assertIn("L5_pyramidal", point["trials"][0]["spikes"])
            self.assertGreater(point["times"]["run_s"], 0)
            self.assertEqual(point["engine"]["name"], "native")
        self.assertEqual(len({p["model"]["xxh3_128"] for p in record["points"]}), 6)

    def test_zip_and_values_of_other_kinds(self):
        folder = self.sweep(ZIP, "sweep")
        points = [name for name in h5ls(folder / "results.h5") if name.startswith("/points/")]
        self.assertEqual({name.split("/")[2] for name in points}, {"0", "1"})
        self.assertEqual(h5values(folder / "results.h5", "/sweep/values/network.gains.e_e"), ["1", "0.5"])
        values = [p["values"] for p in self.record(folder)["points"]]
        self.assertEqual(values[0]["drives.evprox1"], None)
        self.assertEqual(values[1]["drives.evprox1"], {"mu": 5})
        self.assertNotIn("evprox1", self.record(folder)["points"][0]["trials"][0]["spikes"])

    def test_nothing_but_spikes(self):
        folder = self.sweep(GRID, "sweep", "--record", "spikes")
        self.assertEqual([p.name for p in (folder / "point_0").iterdir()], ["spk_0.txt"])

    def test_bundled_model_is_swept(self):
        text = ("schema: hnn/1\nnetwork: {model: neymotin_2020, mesh: [2, 2]}\n"
                "simulation: {tstop: 1}\n"
                "sweep: {parameters: {network.model: [neymotin_2020, law_2021, calcium]}}\n")
        folder = self.sweep(text, "sweep")
        counts = [p["model"]["connections"] for p in self.record(folder)["points"]]
        self.assertNotEqual(counts[0], counts[1])
        hashes = {p["model"]["xxh3_128"] for p in self.record(folder)["points"]}
        self.assertEqual(len(hashes), 3)

    @needs_mpi
    def test_ranks_give_the_same(self):
        one = self.sweep(GRID, "one", "-n", "3")
        for ranks in (2, 3):
            self.assert_same_tree(one, self.sweep(GRID, f"n{ranks}", "-n", "3", launcher=mpirun(ranks)))
        self.assert_same_tree(one, self.sweep(GRID, "spawned", "-n", "3", "--ranks", "2"))


class Telling(SweepCase):
    def test_dry_run_and_validate(self):
        model = self.write("model.yaml", GRID)
        for process in (run("validate", model), run(model, "--dry-run", "-o", self.dir / "out")):
            self.assert_status(process, 0)
            self.assertIn("6 points (grid)", process.stdout)
            self.assertIn("first: simulation.tstop=10, drives.evprox1.mu=5\n", process.stdout)
            self.assertIn("last: simulation.tstop=12, drives.evprox1.mu=6.5\n", process.stdout)
        self.assertFalse((self.dir / "out").exists())
        plan = json.loads(run(model, "--dry-run", "--json").stdout)
        self.assertEqual(plan["sweep"]["points"], 6)
        self.assertEqual(plan["sweep"]["last"], {"simulation.tstop": 12, "drives.evprox1.mu": 6.5})

    def test_describe(self):
        process = run("describe", self.write("model.yaml", GRID))
        self.assert_status(process, 0)
        self.assertIn("Sweep (grid), 6 points", process.stdout)
        self.assertRegex(process.stdout, r"\n +point_3 +12 +5\n")

    def test_events(self):
        model = self.write("model.yaml", GRID)
        process = run(model, "-n", "2", "--progress", "json", "-o", self.dir / "out")
        self.assert_status(process, 0)
        seen = events(process)
        kinds = [event["event"] for event in seen]
        self.assertEqual((kinds[0], kinds[1], kinds[-1]), ("start", "sweep", "done"))
        self.assertEqual(kinds.count("plan"), 1)
        self.assertEqual(kinds.count("point"), 6)
        trials = [(e["point"], e["trial"], e["of_points"]) for e in seen if e["event"] == "trial"]
        self.assertEqual(trials, [(p, k, 6) for p in range(6) for k in range(2)])
        for event in seen:
            if event["event"] == "progress":
                self.assertEqual(event["of_points"], 6)
                self.assertIn("eta_s", event)

    def test_bar_as_lines_counts_the_whole_sweep(self):
        model = self.write("model.yaml", GRID)
        process = run(model, "--progress", "bar", "-o", self.dir / "out")
        self.assert_status(process, 0)
        tenths = [line for line in process.stderr.splitlines() if line[:1].isdigit()]
        self.assertLessEqual(len(tenths), 10)
        self.assertTrue(tenths[-1].startswith("100%: point 6 of 6, "), tenths)


class Errors(SweepCase):
    def test_error_names_point_and_values(self):
        text = MODEL + """postprocess: {smooth: 9}
sweep:
  parameters:
    simulation.tstop: [10, 12]
    postprocess.smooth: [9, 11]
"""
        model = self.write("model.yaml", text)
        for process in (run(model, "-o", self.dir / "out"), run("validate", model),
                        run(model, "-o", self.dir / "out", launcher=mpirun(2))):
            self.assert_fails(process, 2, "point 2 of 4 (simulation.tstop=10, postprocess.smooth=11)")
            self.assertEqual(process.stderr.count("error:"), 1, process.stderr)
        self.assertFalse((self.dir / "out").exists())

    # a leak that drives the membrane away until its voltage is no number
    RUNAWAY = MODEL.replace("tstop: 10", "tstop: 30") + """execution: {engine: neuron}
sweep:
  parameters:
    network.cells.L2_basket.sections.soma.mechs.hh2.gl: [0.0001, -0.05, 0.0002]
"""

    @needs_neuron
    def test_failing_point_keeps_the_finished_ones(self):
        out = self.dir / "out"
        process = run(self.write("model.yaml", self.RUNAWAY), "-o", out)
        self.assert_fails(process, 4, "point 2 of 3 (network.cells", "gl=-0.05): at 2", "no longer a number",
                          "1 of 3 points are finished")
        self.assertEqual([p["point"] for p in self.record(out)["points"]], [0])
        self.assertEqual(self.record(out)["status"], "failed")
        self.assertEqual(sorted(p.name for p in out.iterdir()), ["point_0", "results.h5", "run.json"])
        self.assertNotIn("/points/1", h5ls(out / "results.h5"))

    @needs_neuron
    def test_failing_rank_keeps_the_finished_points(self):
        out = self.dir / "out"
        process = run(self.write("model.yaml", self.RUNAWAY), "-o", out, launcher=mpirun(2))
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("point 2 of 3", process.stderr)
        process = run(self.dir / "model.yaml", "-o", out, "--resume")
        self.assert_fails(process, 4, "1 of them are finished already", "point 2 of 3")

    def test_existing_results(self):
        out = self.sweep(GRID, "out", "--record", "spikes")
        model = self.dir / "model.yaml"
        self.assert_fails(run(model, "-o", out), 5, "holds the results of an earlier run")
        single = self.write("single.yaml", MODEL)
        self.assert_status(run(single, "-o", out, "--overwrite"), 0)
        self.assertEqual(sorted(p.name for p in out.iterdir()),
                         ["dpl_0.txt", "results.h5", "run.json", "spk_0.txt"])
        (out / "notes.txt").write_text("kept")
        self.assert_status(run(model, "-o", out, "--overwrite", "--record", "spikes"), 0)
        self.assertEqual(sorted(p.name for p in out.iterdir()),
                         ["notes.txt"] + [f"point_{p}" for p in range(6)] + ["results.h5", "run.json"])

    def test_wrong_usage_of_resume(self):
        single = self.write("single.yaml", MODEL)
        out = self.dir / "out"
        self.assert_fails(run(single, "--resume", "-o", out), 2, "this model has none")
        model = self.write("model.yaml", GRID)
        self.assert_fails(run(model, "--resume", "--overwrite", "-o", out), 2, "give one of them")
        self.assert_fails(run("validate", model, "--resume"), 2, "does not go with")
        self.assert_status(run(single, "-o", out), 0)
        self.assert_fails(run(model, "--resume", "-o", out), 2, "is not the record of a sweep")


@needs_neuron
class Resume(SweepCase):
    # slow enough that a signal finds it running
    LONG = GRID.replace("[10, 12]", "[60, 80]") + "execution: {engine: neuron}\n"

    def interrupt(self, out, point, number=signal.SIGINT, options=()):
        """Starts a sweep and sends the signal while it runs that point."""
        model = self.write("model.yaml", self.LONG)
        process = subprocess.Popen([str(PROGRAM), str(model), *options, "--progress", "json", "--resume",
                                    "-o", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["point"] == point and event["t"] > 0:
                process.send_signal(number)
                break
        rest, _ = process.communicate(timeout=100)
        return process.returncode, [json.loads(line) for line in rest.splitlines()]

    def test_interrupted_and_resumed(self):
        whole = self.sweep(self.LONG, "whole")
        out = self.dir / "out"
        for point, number, status in ((2, signal.SIGINT, 130), (4, signal.SIGTERM, 143)):
            code, rest = self.interrupt(out, point, number)
            self.assertEqual(code, status)
            self.assertEqual((rest[-1]["event"], rest[-1]["finished_points"]), ("interrupted", point))
            self.assertEqual(len(self.record(out)["points"]), point)
            self.assertEqual(self.record(out)["status"], "interrupted")
            self.assertIn(f"/points/{point - 1}/trials/0", h5ls(out / "results.h5"))
            self.assertNotIn(f"/points/{point}", h5ls(out / "results.h5"))
            self.assertFalse(list(out.rglob("*.part")))
        self.sweep(self.LONG, "out", "--resume")
        self.assert_same_tree(whole, out)
        self.assertEqual(len(self.record(out)["points"]), 6)
        before = (out / "run.json").read_bytes()
        self.sweep(self.LONG, "out", "--resume")
        self.assertEqual(before, (out / "run.json").read_bytes())

    def test_large_recordings_interrupted_and_resumed(self):
        everything = ["--record", "dipole,spikes,vsec=all,isec=all,ca=all,dipole_mean"]
        whole = self.sweep(self.LONG, "whole", *everything)
        out = self.dir / "out"
        for point in (1, 4):
            self.assertEqual(self.interrupt(out, point, options=everything)[0], 130)
        self.sweep(self.LONG, "out", "--resume", *everything)
        self.assert_same_tree(whole, out)

    def test_killed_and_resumed(self):
        whole = self.sweep(self.LONG, "whole")
        out = self.dir / "out"
        self.assertEqual(self.interrupt(out, 3, signal.SIGKILL)[0], -signal.SIGKILL)
        self.assertFalse((out / "results.h5").exists())
        self.assertTrue((out / "point_2" / "results.h5").exists())
        self.assert_fails(run(self.dir / "model.yaml", "-o", out), 5, "with --resume")
        process = run(self.dir / "model.yaml", "-o", out, "--resume")
        self.assert_status(process, 0)
        self.assertIn("3 of them are finished already", process.stderr)
        self.assert_same_tree(whole, out)

    def test_killed_while_points_were_put_together(self):
        whole = self.sweep(self.LONG, "whole")
        out = self.dir / "out"
        self.assertEqual(self.interrupt(out, 3, signal.SIGKILL)[0], -signal.SIGKILL)
        # as if results.h5 had been renamed and run.json not yet
        shutil.copy(whole / "results.h5", out / "results.h5")
        (out / "run.json.part").write_text("{")
        self.sweep(self.LONG, "out", "--resume")
        self.assert_same_tree(whole, out)

    @needs_mpi
    def test_ranks_interrupted_and_resumed_by_one(self):
        whole = self.sweep(self.LONG, "whole", "-n", "4")
        out = self.dir / "out"
        code, _ = self.interrupt(out, 2, options=["-n", "4", "--ranks", "2"])
        self.assertEqual(code, 130)
        finished = len(self.record(out)["points"])
        self.assertIn(finished, (2, 3, 4, 5))
        self.sweep(self.LONG, "out", "-n", "4", "--resume")
        self.assert_same_tree(whole, out)

    def test_interrupt_of_the_first_point_leaves_nothing(self):
        out = self.dir / "out"
        code, rest = self.interrupt(out, 0)
        self.assertEqual((code, rest[-1]["folder"]), (130, None))
        self.assert_nothing_left(out)

    def test_other_models_are_refused(self):
        out = self.sweep(GRID, "out", "--record", "spikes")
        for options in ([], ["--record", "spikes", "-n", "2"], ["--record", "spikes", "-s", "drives.evprox1.sigma=1"]):
            process = run(self.dir / "model.yaml", "-o", out, "--resume", *options)
            self.assert_fails(process, 2, "needs the same model")
        process = run(self.dir / "model.yaml", "-o", out, "--resume", "--record", "spikes")
        self.assert_status(process, 0)

    def test_point_of_another_model_is_refused(self):
        text = ("schema: hnn/1\nnetwork: {model: neymotin_2020}\nsimulation: {tstop: 1}\n"
                "sweep: {parameters: {network.file: [a.json, b.json]}}\n")
        network = (GOLDEN / "recordings_3x3" / "network.json").read_text()
        self.write("a.json", network)
        self.write("b.json", network)
        out = self.sweep(text.replace("model: neymotin_2020", f"file: {self.dir / 'a.json'}"), "out")
        self.write("b.json", network.replace('"celsius": 37.0', '"celsius": 36.0'))
        process = run(self.dir / "model.yaml", "-o", out, "--resume")
        self.assert_fails(process, 2, "point 2 of 2 (network.file=b.json)", "another model")


if __name__ == "__main__":
    unittest.main(verbosity=2)
