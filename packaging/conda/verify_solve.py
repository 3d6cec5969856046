# SPDX-License-Identifier: BSD-3-Clause
"""Question: does each machine get the packages that it can use?"""
import unittest

from channel import WITH_GPU, Case, machine, need_aarch64, need_cuda, put, solved


def names(records):
    return {record.name.normalized for record in records}


class Solve(Case):
    def test_without_gpu(self):
        records = solved("hnn-run-all", virtual=machine())
        self.assertEqual(names(records), {"hnn-run-all", "hnn-run", "hnn-run-neuron"})

    def test_program_alone(self):
        self.assertEqual(names(solved("hnn-run", virtual=machine())), {"hnn-run"})

    def test_program_alone_on_an_older_system_than_neuron_needs(self):
        self.assertEqual(names(solved("hnn-run", virtual=machine(glibc="2.34"))), {"hnn-run"})

    def test_too_old_glibc_is_refused(self):
        with self.assertRaisesRegex(Exception, "__glibc"):
            solved("hnn-run", virtual=machine(glibc="2.28"))


@need_cuda
class SolveWithCuda(Case):
    def test_with_gpu(self):
        self.assertEqual(names(solved("hnn-run-all", virtual=WITH_GPU)),
                         {"hnn-run-all", "hnn-run", "hnn-run-neuron", "hnn-run-cuda"})

    def test_with_a_driver_that_is_too_old(self):
        self.assertEqual(names(solved("hnn-run-all", virtual=machine(cuda="9.2"))),
                         {"hnn-run-all", "hnn-run", "hnn-run-neuron"})

    def test_cuda_engine_without_gpu_is_refused(self):
        for virtual in (machine(), machine(cuda="9.2")):
            with self.assertRaisesRegex(Exception, "__cuda"):
                solved("hnn-run-cuda", virtual=virtual)


@need_aarch64
class SolveForAarch64(Case):
    def test_everything_there_is(self):
        records = solved("hnn-run-all", virtual=machine(), subdir="linux-aarch64")
        self.assertEqual(names(records), {"hnn-run-all", "hnn-run"})


class Uninstall(Case):
    def test_nothing_stays(self):
        prefix = self.dir / "env"
        put(prefix, "hnn-run-all", virtual=WITH_GPU)
        self.assertTrue((prefix / "bin/hnn-run").exists())
        put(prefix)
        left = {str(p.relative_to(prefix)) for p in prefix.rglob("*") if p.is_file()}
        self.assertLessEqual(left, {"conda-meta/history", "CACHEDIR.TAG"})

    def test_leaving_out_neuron_keeps_the_rest(self):
        prefix = self.dir / "env"
        put(prefix, "hnn-run-all")
        put(prefix, "hnn-run")
        self.assertTrue((prefix / "bin/hnn-run").exists())
        self.assertFalse((prefix / "lib/hnn-run/private").exists())


if __name__ == "__main__":
    unittest.main()
