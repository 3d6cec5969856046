"""Question: does each machine get the packages that it can use?"""
import os
import tempfile
import unittest
from pathlib import Path

os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

import pack
from channel import CHANNEL, Case, machine, put, solved


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


class SolveWithCuda(Case):
    """The rules for GPUs, on a channel of stand-ins: CUDA engines come from machines with nvcc."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="hnn-cuda-")
        cls.addClassCleanup(scratch.cleanup)
        root = Path(scratch.name)
        for package, engine in (("hnn-run", "native"), ("hnn-run-neuron", "neuron"),
                                ("hnn-run-cuda", "cuda")):
            folder = root / "trees" / package / "lib" / "hnn-run"
            folder.mkdir(parents=True)
            (folder / f"engine-{engine}.so").write_text("a stand-in\n")
        papers, pack.add_papers = pack.add_papers, lambda *_: None
        try:
            pack.main(str(root / "trees"), "", str(root / "channel"), "linux-64", "0.0.1")
        finally:
            pack.add_papers = papers
        cls.channel = root / "channel"

    def solved(self, spec, **about):
        return solved(spec, virtual=machine(**about), channel=self.channel)

    def test_with_gpu(self):
        self.assertEqual(names(self.solved("hnn-run-all", cuda="12.4")),
                         {"hnn-run-all", "hnn-run", "hnn-run-neuron", "hnn-run-cuda"})

    def test_without_gpu(self):
        self.assertEqual(names(self.solved("hnn-run-all")),
                         {"hnn-run-all", "hnn-run", "hnn-run-neuron"})

    def test_cuda_engine_without_gpu_is_refused(self):
        with self.assertRaisesRegex(Exception, "__cuda"):
            self.solved("hnn-run-cuda")


class Uninstall(Case):
    def test_nothing_stays(self):
        prefix = self.dir / "env"
        put(prefix, "hnn-run-all")
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
