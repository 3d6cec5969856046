"""Question: are the numbers of every dataset in the units that it says, and the text files the same
numbers?"""

import re
import sys
import unittest
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import GOLDEN, SMALL, Case, run

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
    def setUp(self):
        super().setUp()
        self.assert_status(run(*SMALL, *ALL, "-o", self.dir / "out"), 0)
        self.file = h5py.File(self.dir / "out" / "results.h5")
        self.addCleanup(self.file.close)

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
        text = np.loadtxt(self.dir / "out" / "dpl_0.txt")
        for column, name in enumerate(("agg", "L2_pyramidal", "L5_pyramidal"), 1):
            self.assertLess(np.abs(text[:, column] - trial["dipole"][name]).max(), 0.6e-4)
        self.assertLess(np.abs(text[:, 0] - self.file["time"]).max(), 0.6e-3)
        spikes = np.loadtxt(self.dir / "out" / "spk_0.txt", usecols=(0, 1))
        self.assertLess(np.abs(spikes[:, 0] - trial["spikes/time"]).max(), 0.6e-3)
        np.testing.assert_array_equal(spikes[:, 1], trial["spikes/gid"])


if __name__ == "__main__":
    unittest.main()
