# SPDX-License-Identifier: BSD-3-Clause
"""Question: does the native engine compute what NEURON computes, and the same bits whatever
the kernel set, the threads and the trials beside?

Tier A of docs/numerics.md: the same spikes at the same steps, dipole within 1e-9 relative,
voltages within 1e-9 mV before the first spike and 1e-6 mV after it."""

import sys
import unittest
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import ENGINES, EXAMPLES, SMALL, Case, needs_neuron, run

HERE = Path(__file__).resolve().parent
EVERYTHING = ["--record", "dipole,spikes,vsec=all,isec=all,ca=all"]
DIPOLE = 1e-9  # relative, max norm
BEFORE, AFTER = 1e-9, 1e-6  # mV
DT = 0.025


def relative(a, b):
    return np.max(np.abs(a - b)) / np.max(np.abs(b))


class Engines(Case):
    def results(self, name, *options, **how):
        folder = self.dir / name
        self.assert_status(run(*options, "-o", folder, **how), 0)
        return folder

    def both(self, *options):
        if "neuron" not in ENGINES:
            self.skipTest("built without the NEURON engine")
        native = self.results("native", *options, "-e", "native", "--overwrite")
        neuron = self.results("neuron", *options, "-e", "neuron", "--overwrite")
        return (h5py.File(native / "results.h5"), h5py.File(neuron / "results.h5"))

    def assert_same_spikes(self, ours, theirs):
        """The same (gid, step), whatever the order within a step."""
        def steps(trial):
            times = np.rint(trial["spikes/time"][:] / DT).astype(int)
            return sorted(zip(times, trial["spikes/gid"][:]))
        self.assertEqual(steps(ours), steps(theirs))

    def assert_tier_a(self, ours, theirs):
        self.assert_same_spikes(ours, theirs)
        for name, dipole in theirs["dipole"].items():
            self.assertLess(relative(ours["dipole"][name][:], dipole[:]), DIPOLE, name)

    def assert_same_recordings(self, ours, theirs):
        """Every trace within the dipole's tolerance of its largest value."""
        def check(name, theirs):
            if not isinstance(theirs, h5py.Dataset) or name.startswith("spikes"):
                return
            self.assertEqual(ours[name].shape, theirs.shape, name)
            scale = np.max(np.abs(theirs[:]), initial=0)
            if scale > 0:
                self.assertLess(np.max(np.abs(ours[name][:] - theirs[:])) / scale, DIPOLE, name)

        theirs.visititems(check)
        self.assert_same_spikes(ours, theirs)

    def test_twenty_seeds(self):
        seeds = [word for drive in ("evdist1", "evprox1", "evprox2")
                 for word in ("-s", f"drives.{drive}.event_seed={1000 + len(drive)}")]
        native, neuron = self.both(EXAMPLES / "evoked.yaml", "-n", "20", *seeds)
        self.assertEqual(len(native["trials"]), 20)
        for trial in native["trials"]:
            with self.subTest(trial=trial):
                self.assert_tier_a(native["trials"][trial], neuron["trials"][trial])

    def test_voltages_and_other_recordings(self):
        native, neuron = self.both(*SMALL, "--tstop", "100", *EVERYTHING)
        ours, theirs = native["trials/0"], neuron["trials/0"]
        self.assert_tier_a(ours, theirs)
        cells = len(neuron["cells"])
        spikes = theirs["spikes/time"][:][theirs["spikes/gid"][:] < cells]
        first = int(spikes.min() / DT)
        for gid, sections in theirs["vsec"].items():
            for name, voltage in sections.items():
                difference = np.abs(ours["vsec"][gid][name][:] - voltage[:])
                self.assertLess(difference[:first].max(), BEFORE, f"{gid}/{name}")
                self.assertLess(difference.max(), AFTER, f"{gid}/{name}")
        for kind in ("isec", "ca"):
            for gid, traces in theirs[kind].items():
                for name, trace in traces.items():
                    scale = np.max(np.abs(trace[:]))
                    if scale > 0:
                        self.assertLess(relative(ours[kind][gid][name][:], trace[:]), DIPOLE)
        for name, potentials in theirs["electrodes"].items():
            self.assertLess(relative(ours["electrodes"][name][:], potentials[:]), DIPOLE)

    @needs_neuron
    def test_every_example(self):
        for example in sorted(EXAMPLES.glob("*.yaml")):
            if example.stem in ("evoked", "alpha", "gamma", "sweep"):
                continue  # golden runs, and a sweep of one of them
            with self.subTest(example=example.stem):
                options = [example, "-n", "1", "--tstop", "50", "-s", "postprocess.smooth=0"]
                native = self.results(f"{example.stem}-a", *options, "-e", "native")
                neuron = self.results(f"{example.stem}-b", *options, "-e", "neuron")
                self.assert_tier_a(h5py.File(native / "results.h5")["trials/0"],
                                   h5py.File(neuron / "results.h5")["trials/0"])

    def test_unusual_cells(self):
        for dt in (0.025, 0.1):
            with self.subTest(dt=dt):
                native, neuron = self.both(HERE / "unusual_cells.yaml", "--dt", dt, *EVERYTHING)
                self.assert_same_recordings(native["trials/0"], neuron["trials/0"])

    def test_synapses_with_pulses(self):
        native, neuron = self.both(HERE.parent / "mpi" / "pulses.yaml", *EVERYTHING)
        self.assert_same_recordings(native["trials/0"], neuron["trials/0"])

    def test_kernel_sets(self):
        for model in ([*SMALL], [HERE / "unusual_cells.yaml"]):
            with self.subTest(model=model[0]):
                self.check_kernel_sets([*model, "-e", "native", *EVERYTHING])

    def check_kernel_sets(self, model):
        portable = self.results("portable", *model, "--overwrite",
                                env={"HNN_KERNELS": "portable"})
        tried = []
        for name in ("avx2", "avx512", "neon"):
            folder = self.dir / name
            process = run(*model, "-o", folder, "--overwrite", env={"HNN_KERNELS": name})
            if process.returncode == 3:
                continue  # not of this machine
            self.assert_status(process, 0)
            self.assert_same_results(portable, folder)
            tried.append(name)
        print("kernel sets equal to the portable one:", ", ".join(tried) or "none here")

    def test_alone_or_in_a_batch(self):
        batch = self.results("batch", *SMALL, "-n", "16", "-e", "native")
        alone = self.results("alone", *SMALL, "-n", "1", "-e", "native")
        for name in ("dpl_0.txt", "spk_0.txt"):
            self.assertEqual((batch / name).read_bytes(), (alone / name).read_bytes())
        with h5py.File(batch / "results.h5") as a, h5py.File(alone / "results.h5") as b:
            for name, dipole in b["trials/0/dipole"].items():
                self.assertTrue(np.array_equal(dipole[:], a["trials/0/dipole"][name][:]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
