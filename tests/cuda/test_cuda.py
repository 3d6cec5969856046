# SPDX-License-Identifier: BSD-3-Clause
"""Question: do the CUDA engine's kernels compute the same bits as the native engine, however
trials, threads and memory are cut?  And are they near them in mixed precision?

The kernels run on this processor (emulated.c); nothing here needs a GPU.  With HNN_CUDA_DEVICE=1
in the environment the same cases run on the GPU of this machine."""

import json
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from emulation import ON_DEVICE, SMALL, WITH_MPI, CudaCase, environment
from golden import tier_b
from harness import SOURCE, EXAMPLES, PROGRAM, mpirun, run

HERE = Path(__file__).resolve().parent
MODELS = SOURCE / "models"
# Any column, with spikes of all its types of cells.
JOB = """schema: hnn/1
network: {{model: {model}, mesh: [3, 3]}}
drives:
  kick:
    type: spike_train
    location: proximal
    times: [[2, 2.5, 3, 3.5, 4]]
    weights_ampa: {{L2_basket: 0.03, L2_pyramidal: 0.03, L5_basket: 0.03, L5_pyramidal: 0.06}}
    synaptic_delays: 0.1
simulation: {{tstop: 25, dt: 0.025, trials: 1}}
record: {{vsec: all, isec: all, ca: all}}
postprocess: {{smooth: 0}}
"""
EVERYTHING = ["--record", "dipole,spikes,vsec=all,isec=all,ca=all"]


class Batches(CudaCase):
    def assert_same(self, *options, **settings):
        native = self.results("native", *options, "-e", "native")
        self.assert_same_results(native, self.cuda("cuda", *options, **settings))

    def test_every_recording(self):
        self.assert_same(*SMALL, "--tstop", "170", *EVERYTHING)

    def test_evoked(self):
        tstop = [] if ON_DEVICE else ["--tstop", "80"]
        self.assert_same(EXAMPLES / "evoked.yaml", "-n", "1", *tstop)

    def test_gamma(self):
        tstop = ["--tstop", "550"] if ON_DEVICE else ["--tstop", "40"]
        self.assert_same(EXAMPLES / "gamma.yaml", "-n", "1", *tstop)

    def test_examples(self):
        for example in sorted(EXAMPLES.glob("*.yaml")):
            if example.stem in ("evoked", "gamma", "sweep"):
                continue
            with self.subTest(example=example.stem):
                options = [example, "-n", "1", "--tstop", "15", "-s", "network.mesh=[3, 3]",
                           "-s", "postprocess.smooth=0"]
                native = self.results(f"{example.stem}-native", *options, "-e", "native")
                cuda = self.cuda(f"{example.stem}-cuda", *options)
                self.assert_same_results(native, cuda)

    def test_models(self):
        for model in sorted(MODELS.glob("*.yaml")):
            with self.subTest(model=model.stem):
                job = self.write(f"{model.stem}.yaml", JOB.format(model=model.stem))
                native = self.results(f"{model.stem}-native", job, "-e", "native")
                self.assert_same_results(native, self.cuda(f"{model.stem}-cuda", job))

    def test_batches(self):
        """Trials side by side in a block, also when the last block has fewer."""
        model = [*SMALL, "--tstop", "40", "-n", "7", "--record", "dipole,spikes,vsec=soma"]
        native = self.results("native", *model, "-e", "native")
        for name, settings in {"all": {}, "spread": {"processors": 40},
                               "split": {"memory": 3_000_000}}.items():
            with self.subTest(cut=name):
                self.assert_same_results(native, self.cuda(name, *model, **settings))

    def test_points_of_a_sweep(self):
        """Side by side as far as their times of end are the same."""
        model = self.write("sweep.yaml", JOB.format(model="jones_2009") + """sweep:
  parameters:
    simulation.tstop: [9, 12]
    network.gains.e_e: [1, 2, 3]
    drives.kick.weights_ampa.L5_pyramidal: [0.06, 0.1]
""")
        native = self.results("native", model, "-n", "2", "-e", "native")
        for name, settings in {"together": {}, "split": {"memory": 6_000_000}}.items():
            with self.subTest(cut=name):
                self.assert_same_results(native, self.cuda(name, model, "-n", "2", **settings))

    def test_steps_of_other_length(self):
        self.assert_same(*SMALL, "--tstop", "30", "--dt", "0.0125")

    @unittest.skipIf(ON_DEVICE, "of the emulation")
    def test_order_of_threads(self):
        """Threads of a phase do not see each other: their turns make no difference."""
        model = [*SMALL, "--tstop", "40", "-n", "3", *EVERYTHING]
        native = self.results("native", *model, "-e", "native")
        for order in (1, 2):
            self.assert_same_results(native, self.cuda(f"order{order}", *model, order=order))

    @unittest.skipIf(ON_DEVICE, "of the emulation")
    def test_many_events(self):
        """Windows are shortened, and in the end events delivered without a list."""
        model = [*SMALL, "--tstop", "60", "-n", "2"]
        native = self.results("native", *model, "-e", "native")
        for room in (1, 5):
            self.assert_same_results(native, self.cuda(f"room{room}", *model, room=room))

    @unittest.skipIf(ON_DEVICE, "of the emulation")
    def test_cells_that_do_not_fit_on_chip(self):
        self.assert_same(*SMALL, "--tstop", "30", "-n", "2", *EVERYTHING, shared=8000)

    @unittest.skipIf(ON_DEVICE, "of the emulation")
    def test_out_of_memory(self):
        process = run(*SMALL, "--tstop", "10", "-e", "cuda", "-o", self.dir / "out",
                      env=environment(memory=200_000))
        self.assert_fails(process, 3, "the device has no memory left for")

    def test_no_longer_a_number(self):
        process = run(*SMALL, "--tstop", "30", "-n", "2", "-e", "cuda", "-o", self.dir / "out",
                      "-s", "network.cells.L2_basket.sections.soma.mechs.hh2.gl=-0.034",
                      env=environment())
        self.assert_fails(process, 4, "error: GPU 0", ": trial 1: the voltage of cell",
                          "is no longer a number at")

    def test_synapses_that_send_themselves_events(self):
        """Also where memory is cut in other ways, and room for such events found bit by bit."""
        model = [HERE / "pulses.yaml", "-n", "3"]
        native = self.results("native", *model, "-e", "native")
        cuts = {"all": {}, "spread": {"processors": 60}, "split": {"memory": 5_000_000}}
        if not ON_DEVICE:
            cuts |= {"order": {"order": 1}, "other order": {"order": 2}, "room": {"room": 1},
                     "off chip": {"room": 7, "shared": 8000, "order": 2}}
        for name, settings in cuts.items():
            with self.subTest(cut=name):
                self.assert_same_results(native, self.cuda(name, *model, **settings))

    def test_room_for_events_by_steps_of_other_length(self):
        """So many steps that launches follow one that blocks had too little room for."""
        self.assert_same(HERE / "pulses.yaml", "-n", "1", "--dt", "0.0125", "--tstop", "110")

    def burst(self):
        """So many events at once that room for them is large."""
        burst = f"drives.burst.times={[[2] * 3000 + [2.1] * 10]}"
        return [HERE / "pulses.yaml", "-n", "1", "--tstop", "6", "-s", burst]

    def test_burst(self):
        self.assert_same(*self.burst())

    @unittest.skipIf(ON_DEVICE, "of the emulation")
    def test_no_memory_for_events_under_way(self):
        process = run(*self.burst(), "-e", "cuda", "-o", self.dir / "out",
                      env=environment(memory=6_500_000))
        self.assert_fails(process, 3, "the device has no memory left for events under way")

    @unittest.skipUnless(WITH_MPI, "without MPI")
    def test_ranks(self):
        model = [*SMALL, "--tstop", "40", "-n", "5", "--record", "dipole,spikes,vsec=soma"]
        native = self.results("native", *model, "-e", "native")
        self.assert_same_results(native, self.cuda("ranks", *model, launcher=mpirun(2)))


class Sweeps(CudaCase):
    SWEEP = ["-s", "sweep.parameters={drives.evprox1.mu: [5, 8, 6.5], network.gains.e_e: [1, 0.5]}",
             *SMALL, "--tstop", "20", "--record", "dipole,spikes,vsec=soma"]

    def assert_same_sweep(self, a, b):
        files = [sorted(p.relative_to(folder) for p in Path(folder).rglob("*") if p.is_file())
                 for folder in (a, b)]
        self.assertEqual(*files)
        self.assertIn(Path("point_0/spk_0.txt"), files[0])
        for name in files[0]:
            if name.name != "run.json":
                self.assertTrue((a / name).read_bytes() == (b / name).read_bytes(), f"{name} differs")

    def test_sweep(self):
        for trials in ("1", "2"):
            native = self.results(f"native{trials}", *self.SWEEP, "-n", trials, "-e", "native")
            for memory in ({}, {"memory": 3_000_000}):
                with self.subTest(trials=trials, **memory):
                    cuda = self.cuda("cuda", *self.SWEEP, "-n", trials, "--overwrite", **memory)
                    self.assert_same_sweep(native, cuda)

    def test_points_of_other_networks(self):
        sweep = [*self.SWEEP, "-s", "sweep.parameters={network.model: [neymotin_2020, law_2021, "
                 "calcium], simulation.tstop: [5, 8]}", "-s", "network.file=null",
                 "-s", "network.mesh=[2, 2]"]
        native = self.results("native", *sweep, "-e", "native")
        self.assert_same_sweep(native, self.cuda("cuda", *sweep))

    def test_failing_point(self):
        gl = "network.cells.L2_basket.sections.soma.mechs.hh2.gl"
        sweep = [*self.SWEEP, "-s", f"sweep.parameters={{{gl}: [1e-4, 2e-4, -0.034, 3e-4]}}"]
        process = run(*sweep, "-n", "2", "-e", "cuda", "-o", self.dir / "out", env=environment())
        self.assert_fails(process, 4, "point 3 of 4 ", "is no longer a number at",
                          "2 of 4 points are finished")

    def test_interrupted_and_resumed(self):
        sweep = [*self.SWEEP, "--tstop", "60", "-n", "2"]
        native = self.results("native", *sweep, "-e", "native")
        out = self.dir / "out"
        process = subprocess.Popen([str(PROGRAM), *map(str, sweep), "-e", "cuda", "--progress", "json",
                                    "-o", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=environment(memory=3_000_000))
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["point"] >= 3 and event["t"] > 0:
                process.send_signal(signal.SIGINT)
                break
        process.communicate(timeout=100)
        self.assertEqual(process.returncode, 130)
        finished = json.loads((out / "run.json").read_text())["points"]
        self.assertEqual([point["point"] for point in finished], [0, 1, 2])
        self.cuda("out", *sweep, "--resume")
        self.assert_same_sweep(native, out)

    @unittest.skipUnless(WITH_MPI, "without MPI")
    def test_sweep_on_ranks(self):
        sweep = [*self.SWEEP, "-n", "2"]
        native = self.results("native", *sweep, "-e", "native")
        self.assert_same_sweep(native, self.cuda("ranks", *sweep, launcher=mpirun(2)))


class Mixed(CudaCase):
    """Mixed precision: near double precision, and no less reproducible."""

    MIXED = ["--precision", "mixed"]

    def assert_near(self, *options):
        native = self.results("native", *options, "-e", "native")
        mixed = self.cuda("mixed", *options, *self.MIXED)
        for trial in tier_b.measure(mixed, native):
            print(f"{self.id().rsplit('.', 1)[-1]}, {trial}", file=sys.stderr)
            self.assertGreater(trial.spikes, 0)
            self.assertTrue(trial.agrees, str(trial))

    def test_recordings(self):
        self.assert_near(*SMALL, "--tstop", "170", "-n", "2")

    def test_evoked(self):
        tstop = [] if ON_DEVICE else ["--tstop", "70"]
        self.assert_near(EXAMPLES / "evoked.yaml", "-n", "1", *tstop)

    def test_default_legacy(self):
        mesh = [] if ON_DEVICE else ["-s", "network.mesh=[4, 4]"]
        self.assert_near(EXAMPLES / "default_legacy.param", *mesh)

    def test_gamma(self):
        mesh = [] if ON_DEVICE else ["-s", "network.mesh=[3, 3]"]
        self.assert_near(EXAMPLES / "gamma.yaml", "-n", "1", "--tstop", "250", *mesh)

    def test_synapses_that_send_themselves_events(self):
        model = [HERE / "pulses.yaml", "-n", "1"]
        self.assert_near(*model)
        again = self.cuda("room", *model, *self.MIXED, room=1, order=1)
        self.assert_same_results(self.dir / "mixed", again)

    def test_same_bits_however_cut(self):
        model = [*SMALL, "--tstop", "40", "-n", "5", *EVERYTHING]
        mixed = self.cuda("mixed", *model, *self.MIXED)
        cuts = {"spread": {"processors": 40}, "split": {"memory": 4_000_000}}
        if not ON_DEVICE:
            cuts |= {"off-chip": {"shared": 4000}, "order1": {"order": 1}, "order2": {"order": 2},
                     "room": {"room": 5}}
        for name, settings in cuts.items():
            with self.subTest(cut=name):
                again = self.cuda(name, *model, *self.MIXED, **settings)
                self.assert_same_results(mixed, again)

    def test_is_another_precision(self):
        """Also told in run.json, and not the same by chance."""
        model = [*SMALL, "--tstop", "10"]
        double = self.cuda("double", *model)
        mixed = self.cuda("mixed", *model, *self.MIXED)
        for folder, precision in ((double, "double"), (mixed, "mixed")):
            engine = json.loads((folder / "run.json").read_text())["engine"]
            self.assertEqual(engine["precision"], precision)
        self.assertNotEqual((double / "results.h5").read_bytes(),
                            (mixed / "results.h5").read_bytes())

    def test_engines_without_it_stay_in_double(self):
        model = [*SMALL, "--tstop", "10", "-e", "native"]
        double = self.results("double", *model)
        allowed = self.results("allowed", *model, *self.MIXED)
        self.assert_same_results(double, allowed)
        engine = json.loads((allowed / "run.json").read_text())["engine"]
        self.assertEqual(engine["precision"], "double")
        self.assertIn("which engine native does not have", engine["precision_reason"])

    @unittest.skipIf(ON_DEVICE, "of the emulation")
    def test_needs_less_memory(self):
        model = [*SMALL, "--tstop", "10"]
        room = environment(memory=950_000)
        self.assert_fails(run(*model, "-e", "cuda", "-o", self.dir / "double", env=room), 3,
                          "no memory left for cells and connections")
        self.cuda("mixed", *model, *self.MIXED, memory=950_000)

    def test_no_longer_a_number(self):
        process = run(*SMALL, "--tstop", "30", "-e", "cuda", "-o", self.dir / "out", *self.MIXED,
                      "-s", "network.cells.L2_basket.sections.soma.mechs.hh2.gl=-0.034",
                      env=environment())
        self.assert_fails(process, 4, "is no longer a number at")


if __name__ == "__main__":
    unittest.main(verbosity=2)
