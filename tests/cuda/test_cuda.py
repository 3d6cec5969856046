"""Question: do the CUDA engine's kernels compute the same bits as the native engine, however
trials, threads and memory are cut?

The kernels run on this processor (emulated.c); nothing here needs a GPU.  With HNN_CUDA_DEVICE=1
in the environment the same cases run on the GPU of this machine."""

import unittest

from emulation import ON_DEVICE, SMALL, WITH_MPI, CudaCase, environment
from harness import EXAMPLES, mpirun, run

EVERYTHING = ["--record", "dipole,spikes,vsec=all,isec=all,ca=all"]


class Cuda(CudaCase):
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

    def test_batches(self):
        """Trials side by side in a block, also when the last block has fewer."""
        model = [*SMALL, "--tstop", "40", "-n", "7", "--record", "dipole,spikes,vsec=soma"]
        native = self.results("native", *model, "-e", "native")
        for name, settings in {"all": {}, "spread": {"processors": 40},
                               "split": {"memory": 3_000_000}}.items():
            with self.subTest(cut=name):
                self.assert_same_results(native, self.cuda(name, *model, **settings))

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
        self.assert_fails(process, 4, "trials 1 to 2 of 2: GPU 0", ": trial 1: the voltage of cell",
                          "is no longer a number at")

    def test_events_that_need_a_queue(self):
        model = self.write("model.yaml", """schema: hnn/1
network:
  model: jones_2009
  cells: {L2_basket: {synapses: {gabab: {mechname: gabab_destexhe}}}}
""")
        process = run(model, "-e", "cuda", "-o", self.dir / "out", env=environment())
        self.assert_fails(process, 2, "gabab_destexhe", "engine native runs it")

    @unittest.skipUnless(WITH_MPI, "without MPI")
    def test_ranks(self):
        model = [*SMALL, "--tstop", "40", "-n", "5", "--record", "dipole,spikes,vsec=soma"]
        native = self.results("native", *model, "-e", "native")
        self.assert_same_results(native, self.cuda("ranks", *model, launcher=mpirun(2)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
