# SPDX-License-Identifier: BSD-3-Clause
"""Question: are the numbers of every dataset in the units that it says, and the text files the same
numbers?"""

import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import GOLDEN, NEURON, PROGRAM, SMALL, Case, mpirun, needs_neuron, run

ALL = ["--record", "dipole,spikes,vsec=all,isec=all,ca=all"]

# Units, and bounds of the largest magnitude in a dataset of this kind and in all of them: what cells
# of these sizes do.  A factor of 1000 is outside of each.
EXPECTED = {
    r"time": ("ms", 40, 40),
    r"trials/0/dipole/\w+": ("nAm", 1e-3, 0.1),
    r"trials/0/spikes/time": ("ms", 5, 40),
    r"trials/0/spikes/gid": ("1", 24, 200),
    r"trials/0/vsec/\d+/\w+": ("mV", 60, 120),
    r"trials/0/isec/\d+/\w+": ("nA", 0.1, 50),
    r"trials/0/ca/\d+/\w+": ("mM", 1e-3, 1),
    r"trials/0/electrodes/\w+": ("uV", 10, 1e4),
}


def datasets(file):
    found = {}
    file.visititems(lambda name, item: found.update({name: item})
                    if isinstance(item, h5py.Dataset) else None)
    return found


class Units(Case):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="hnn-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.out = Path(scratch.name) / "out"
        run(*SMALL, *ALL, "-o", cls.out).check_returncode()
        cls.file = h5py.File(cls.out / "results.h5")
        cls.addClassCleanup(cls.file.close)

    def test_units_and_magnitudes(self):
        left = datasets(self.file)
        for name in ("cells", "drive_cells"):
            self.assertEqual(left.pop(name).attrs["units"], "um")
        self.assertEqual({z for z in self.file["cells"]["z"]}, {0, 261.48, 1045.92, 1307.4})
        for pattern, (units, least, most) in EXPECTED.items():
            kind = {name: left.pop(name) for name in list(left) if re.fullmatch(pattern, name)}
            self.assertTrue(kind, pattern)
            self.assertEqual({d.attrs["units"] for d in kind.values()}, {units}, pattern)
            self.assertTrue(all(d.attrs["description"] for d in kind.values()))
            largest = max(np.abs(d[()]).max() for d in kind.values())
            self.assertTrue(least <= largest <= most, f"{pattern}: {largest} {units}")
        self.assertEqual(left, {})

    def test_start(self):
        trial = self.file["trials/0"]
        for cell in trial["vsec"].values():
            self.assertTrue(all(-75 < section[0] < -60 for section in cell.values()))    # mV
        for cell in trial["ca"].values():
            self.assertTrue(all(section[0] == 1e-4 for section in cell.values()))    # mM

    def test_dipole_is_the_references(self):
        golden = np.loadtxt(GOLDEN / "recordings_3x3" / "dipole_0.txt.gz")    # nAm
        for column, name in enumerate(("agg", "L2_pyramidal", "L5_pyramidal"), 1):
            dipole = self.file[f"trials/0/dipole/{name}"][()]
            expected = golden[:len(dipole), column]
            self.assertLess(np.abs(dipole - expected).max(), 1e-9 * np.abs(expected).max())

    def test_text_is_the_same(self):
        trial = self.file["trials/0"]
        text = np.loadtxt(self.out / "dpl_0.txt")
        for column, name in enumerate(("agg", "L2_pyramidal", "L5_pyramidal"), 1):
            self.assertLess(np.abs(text[:, column] - trial["dipole"][name]).max(), 0.6e-4)
        self.assertLess(np.abs(text[:, 0] - self.file["time"]).max(), 0.6e-3)
        spikes = np.loadtxt(self.out / "spk_0.txt", usecols=(0, 1))
        self.assertLess(np.abs(spikes[:, 0] - trial["spikes/time"]).max(), 0.6e-3)
        np.testing.assert_array_equal(spikes[:, 1], trial["spikes/gid"])


class DipoleMean(Case):
    """The mean over trials; out of order, unfinished and unwritten trials are unit tests."""

    MEAN = ["--record", "dipole,dipole_mean", "-s", "postprocess={smooth: 10, scale: 3000}"]

    def mean(self, name, *options, launcher=()):
        out = self.dir / name
        self.assert_status(run(*SMALL, *self.MEAN, *options, "-o", out, launcher=launcher), 0)
        return out

    def assert_mean(self, h5):
        """Of all trials in the file or point, to the bit."""
        trials = list(h5["trials"].values())
        self.assertEqual(h5["dipole_mean"].attrs["n_trials"], len(trials))
        self.assertEqual(set(h5["dipole_mean"]), set(trials[0]["dipole"]))
        for name, mean in h5["dipole_mean"].items():
            expected = np.mean([trial["dipole"][name] for trial in trials], axis=0)
            np.testing.assert_array_equal(mean, expected)
            self.assertEqual(mean.attrs["units"], "nAm")
        return len(trials)

    def test_is_the_mean_of_the_trials(self):
        out = self.mean("out", "-n", "5")
        with h5py.File(out / "results.h5") as file:
            self.assertEqual(self.assert_mean(file), 5)
        trials = [np.loadtxt(out / f"dpl_{k}.txt") for k in range(5)]
        mean = np.loadtxt(out / "dpl_mean.txt")
        self.assertGreater(np.abs(mean[:, 1]).max(), 1)    # so that four decimals are many
        self.assertLess(np.abs(mean - np.mean(trials, axis=0)).max(), 1.1e-4)

    def test_ranks_and_threads_make_no_difference(self):
        one = self.mean("one", "-n", "5", "-j", "1")
        for name, options, launcher in (("threads", ["-j", "3"], ()), ("ranks", [], mpirun(2)),
                                        ("more", [], mpirun(3))):
            other = self.mean(name, "-n", "5", *options, launcher=launcher)
            for file in ("results.h5", "dpl_mean.txt"):
                self.assertTrue((one / file).read_bytes() == (other / file).read_bytes(), name)

    def test_alone_and_overwritten(self):
        out = self.mean("out", "--record", "dipole_mean", "-n", "2")
        self.assertEqual(sorted(p.name for p in out.iterdir()), ["dpl_mean.txt", "results.h5", "run.json"])
        with h5py.File(out / "results.h5") as file:
            self.assertNotIn("dipole", file["trials/0"])
        both = self.mean("both", "-n", "2")
        self.assertEqual((out / "dpl_mean.txt").read_bytes(), (both / "dpl_mean.txt").read_bytes())
        self.mean("out", "--record", "dipole", "--overwrite")
        self.assertFalse((out / "dpl_mean.txt").exists())

    @needs_neuron
    def test_interrupted(self):
        out = self.dir / "out"
        process = subprocess.Popen([str(PROGRAM), *SMALL, *NEURON, *self.MEAN, "-n", "20", "-o", str(out),
                                    "--progress", "json"], stdout=subprocess.PIPE, text=True)
        ended = (line for line in process.stdout if '"event":"trial"' in line)
        next(ended), next(ended)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=100)
        self.assertEqual(process.returncode, 130)
        with h5py.File(out / "results.h5") as file:
            self.assertIn(self.assert_mean(file), range(2, 20))

    def test_points_of_a_sweep(self):
        out = self.mean("sweep", "-n", "2", "-s", "sweep={parameters: {drives.evprox1.mu: [5, 8]}}")
        with h5py.File(out / "results.h5") as file:
            for point in file["points"].values():
                self.assertEqual(self.assert_mean(point), 2)
        alone = self.mean("alone", "-n", "2", "-s", "drives.evprox1.mu=8")
        self.assertEqual((out / "point_1" / "dpl_mean.txt").read_bytes(),
                         (alone / "dpl_mean.txt").read_bytes())


if __name__ == "__main__":
    unittest.main()
