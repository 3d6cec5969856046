# SPDX-License-Identifier: BSD-3-Clause
"""Question: is the engine of hnn-run-cuda the real one, and clear about what it lacks?"""
import os
import re
import struct
import unittest
from pathlib import Path

from channel import EVOKED, SHORT, SOURCE, WITH_GPU, Installed, need_cuda, results, run

NO_DRIVER = "no NVIDIA driver is installed"
HAS_GPU = Path("/dev/nvidiactl").exists()
FATBIN, IS_PTX, IS_MACHINE_CODE = 0xBA55ED50, 1, 2


def kernels(path):
    """(kind, compute capability) of everything that nvcc put into a file."""
    data = path.read_bytes()
    found = []
    for start in re.finditer(re.escape(struct.pack("<I", FATBIN)), data):
        header, size = struct.unpack_from("<HQ", data, start.start() + 6)
        at = start.start() + header
        end = at + size
        while at < end:
            kind, entry, length = struct.unpack_from("<H2xIQ", data, at)
            found.append((kind, struct.unpack_from("<I", data, at + 28)[0]))
            at += entry + length
    return found


@need_cuda
class Cuda(Installed):
    about = {"virtual": WITH_GPU}

    def test_has_kernels_for_every_gpu(self):
        listed = re.search(r"set\(HNN_CUDA_ARCHITECTURES ([0-9 ]+) CACHE",
                           (SOURCE / "kernels/cuda/CMakeLists.txt").read_text())[1]
        wanted = [int(number) for number in listed.split()]
        found = kernels(self.prefix / "lib/hnn-run/engine-cuda.so")
        self.assertEqual(sorted({n for kind, n in found if kind == IS_MACHINE_CODE}), wanted)
        self.assertEqual({n for kind, n in found if kind == IS_PTX}, {wanted[-1]})

    def test_needs_no_library_of_cuda(self):
        dynamic = run("/usr/bin/readelf", "-d", self.prefix / "lib/hnn-run/engine-cuda.so").stdout
        self.assertNotRegex(dynamic, r"NEEDED.*(cuda|nvidia)")

    def test_other_engines_as_without_it(self):
        self.assert_runs(self.program)

    @unittest.skipIf(HAS_GPU, "this machine has a GPU")
    def test_doctor_without_driver(self):
        report = run(self.program, "doctor").stdout
        self.assertRegex(report, rf"(?m)^ +cuda +not usable: {NO_DRIVER}")

    @unittest.skipIf(HAS_GPU, "this machine has a GPU")
    def test_asked_for_without_driver(self):
        done = run(self.program, self.prefix / EVOKED, "-e", "cuda", "-o", self.dir / "results",
                   check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(NO_DRIVER, done.stderr)
        self.assertFalse((self.dir / "results").exists())

    @unittest.skipIf(HAS_GPU, "this machine has a GPU")
    def test_auto_goes_on_with_the_cpu(self):
        """Also with as many trials as a GPU would be taken for."""
        options = [option for option in SHORT if option not in ("-e", "native")]
        model = [self.program, self.prefix / EVOKED, *options]
        plan = run(*model, "-n", "1000", "--dry-run").stdout
        self.assertRegex(plan, rf"(?m)^engine +native\..*{NO_DRIVER}")
        run(*model, "-o", self.dir / "results")
        self.assertEqual(results(self.dir / "results"), self.expected)

    @unittest.skipUnless(HAS_GPU, "needs a GPU")
    def test_same_results_as_on_the_cpu(self):
        out = self.dir / "results"
        run(self.program, self.prefix / EVOKED, *SHORT[:-1], "cuda", "-o", out,
            env=dict(os.environ))
        self.assertEqual(results(out), self.expected)


if __name__ == "__main__":
    unittest.main()
