# SPDX-License-Identifier: BSD-3-Clause
"""Question: do the linux-aarch64 packages work, by emulation, and to the results of x86-64?"""
import unittest

from channel import BUILD, EVOKED, SOURCE, InPrefix, machine, need_aarch64, results, run

EMULATE = ["/usr/bin/qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"]


@need_aarch64
class Aarch64(InPrefix):
    about = {"virtual": machine(), "subdir": "linux-aarch64"}

    def emulated(self, *arguments, check=True):
        return run(*EMULATE, self.prefix / "bin/hnn-run", *arguments, check=check)

    def same_as_here(self, model, *options):
        options = ["-e", "native", "-n", "1", "--quiet", *options]
        run(BUILD / "bin/hnn-run", model, *options, "-o", self.dir / "x86-64")
        self.emulated(model, *options, "-o", self.dir / "aarch64")
        self.assertEqual(results(self.dir / "aarch64"), results(self.dir / "x86-64"))
        self.assertIn("results.h5", results(self.dir / "aarch64"))

    def test_doctor(self):
        report = self.emulated("doctor").stdout
        self.assertRegex(report, r"(?m)^ +native +usable: .*kernel set neon")
        self.assertIn(f"{self.prefix} (the folder above the program's)", report)

    def test_golden_case_as_on_x86_64(self):
        self.same_as_here(SOURCE / "tests/golden/recordings_3x3/network.json")

    def test_evoked_as_on_x86_64(self):
        self.same_as_here(self.prefix / EVOKED)

    def test_error(self):
        done = self.emulated(self.prefix / EVOKED, "-e", "cuda", check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("engine-cuda.so", done.stderr)


if __name__ == "__main__":
    unittest.main()
