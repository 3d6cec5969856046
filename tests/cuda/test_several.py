# SPDX-License-Identifier: BSD-3-Clause
"""Question: do several GPUs, and GPUs beside the native engine, give the native engine's bits, and
is what was finished kept when one of them fails?

The GPUs are made up: machines by hwloc's XML, kernels on this processor (emulated.c)."""

import json
import os
import unittest

from emulation import ON_DEVICE, SMALL, WITH_MPI, CudaCase, environment, machine
from harness import events, mpirun, run

MODEL = [*SMALL, "--tstop", "20", "-n", "7"]
MEMORY = 1_850_000  # bytes of a GPU with room for one trial


class Several(CudaCase):
    def setUp(self):
        super().setUp()
        self.native = self.results("native", *MODEL, "-e", "native")

    def gpus(self, *nodes, **settings):
        """The environment on a machine with a GPU at each of these NUMA nodes."""
        path = self.write("machine.xml", machine(nodes))
        return {**environment(**settings), "HWLOC_XMLFILE": str(path)}

    def info(self, folder):
        return json.loads((folder / "run.json").read_text())

    def assert_equals_native(self, name, *options, env, launcher=()):
        folder = self.results(name, *MODEL, *options, env=env, launcher=launcher)
        self.assert_same_results(self.native, folder)
        return self.info(folder)

    def test_numbers_go_by_the_bus(self):
        report = json.loads(run("doctor", "--json", env=self.gpus(1, 0, 1)).stdout)
        gpus = report["gpus"]
        self.assertEqual([g["bus_id"][5:7] for g in gpus], ["10", "11", "12"])
        self.assertEqual([(g["index"], g["numa"]) for g in gpus], [(0, 1), (1, 0), (2, 1)])

    def test_several_gpus(self):
        for nodes in ([0, 1], [1, 0, 1]):
            with self.subTest(gpus=len(nodes)):
                info = self.assert_equals_native(f"{len(nodes)}", "-e", "cuda",
                                                 env=self.gpus(*nodes))
                self.assertEqual(info["placement"]["devices"], list(range(len(nodes))))
                self.assertEqual(info["engine"]["name"], "cuda")

    def test_beside_the_native_engine(self):
        for nodes in ([0], [1, 0]):
            with self.subTest(gpus=len(nodes)):
                info = self.assert_equals_native(f"{len(nodes)}", "-e", "cuda+native",
                                                 env=self.gpus(*nodes, memory=MEMORY))
                self.assertEqual(info["engine"]["name"], "cuda+native")
                self.assertIn("kernel set", info["engine"]["description"])

    def test_mixed_precision(self):
        """Not beside the native engine, which lacks it: trials would differ by who runs them."""
        model = [*MODEL, "--precision", "mixed"]
        alone = self.results("alone", *model, "-e", "cuda", env=self.gpus(0))
        several = self.results("several", *model, "-e", "cuda", env=self.gpus(0, 1))
        self.assert_same_results(alone, several)
        self.assertEqual(self.info(several)["engine"]["precision"], "mixed")
        self.assertNotEqual((alone / "results.h5").read_bytes(),
                            (self.native / "results.h5").read_bytes())
        info = self.assert_equals_native("beside", "-e", "cuda+native",
                                         "--precision", "mixed", env=self.gpus(0, 1))
        self.assertEqual(info["engine"]["precision"], "double")
        self.assertIn("which engine native does not have", info["engine"]["precision_reason"])

    def test_in_the_model(self):
        execution = "execution={engine: cuda+native, devices: [1]}"
        info = self.assert_equals_native("model", "-s", execution, env=self.gpus(0, 1, 1))
        self.assertEqual(info["placement"]["devices"], [1])
        self.assertEqual(info["resolved_model"]["execution"],
                         {"engine": "cuda+native", "devices": [1]})
        env = self.gpus(0, 1, 1)
        plan = json.loads(run(*MODEL, "-s", execution, "-e", "native", "--dry-run", "--json",
                              env=env).stdout)
        self.assertEqual((plan["engine"], plan["devices"]), ("native", []))

    def test_chosen_gpus(self):
        env = self.gpus(0, 1, 1)
        info = self.assert_equals_native("chosen", "-e", "cuda", "--devices", "2,0", env=env)
        self.assertEqual(info["placement"]["devices"], [0, 2])
        for list_, status, message in (
                ("3", 3, "there is no GPU 3"), ("0,1,0", 2, "GPU 0 is asked for twice"),
                ("0,", 2, "--devices 0,: expected numbers"), ("-1", 2, "--devices -1: expected"),
                ("0 1", 2, "expected numbers of GPUs"), ("99999999999999999999", 2, "expected")):
            with self.subTest(devices=list_):
                self.assert_fails(run(*MODEL, "-e", "cuda", f"--devices={list_}", "-o",
                                      self.dir / "o", env=env), status, message)
                self.assert_nothing_left(self.dir / "o")
        env["CUDA_VISIBLE_DEVICES"] = "2,1"
        plan = json.loads(run(*MODEL, "-e", "cuda", "--dry-run", "--json", env=env).stdout)
        self.assertEqual(plan["devices"], [0, 1])
        self.assert_fails(run(*MODEL, "-e", "cuda", "--devices", "2", env=env), 3, "has 2")

    def test_rounds(self):
        """One trial on each GPU at a time."""
        self.assert_equals_native("rounds", "-e", "cuda", env=self.gpus(0, 1, memory=MEMORY))

    def test_less_memory_than_the_gpu_says(self):
        env = self.gpus(0, 1, memory=MEMORY, claimed=100 * MEMORY)
        process = run(*MODEL, "-e", "cuda", "-o", self.dir / "out", env=env)
        self.assert_status(process, 0)
        self.assertIn("warning: there is no memory for 7 trials at once; they go on ",
                      process.stderr)
        self.assert_same_results(self.native, self.dir / "out")

    def test_no_memory_at_all(self):
        process = run(*MODEL, "-e", "cuda", "-o", self.dir / "out",
                      env=self.gpus(0, 1, memory=200_000))
        self.assert_fails(process, 3, "error: GPU 0 (NVIDIA device 2335): ",
                          "error: GPU 1 (NVIDIA device 2335): ", "no memory left")
        self.assert_nothing_left(self.dir / "out")

    def assert_kept(self, folder, trials):
        info = self.info(folder)
        self.assertEqual(info["status"], "failed")
        self.assertEqual([t["trial"] for t in info["trials"]], trials)
        files = {f"{kind}_{k}.txt" for k in trials for kind in ("dpl", "spk")}
        self.assertEqual({path.name for path in folder.iterdir()},
                         files | {"results.h5", "run.json"})
        for name in files:
            self.assertEqual((folder / name).read_bytes(), (self.native / name).read_bytes())

    def test_lost_gpu(self):
        """It is told with its trials, and those of the first round are kept."""
        folder = self.dir / "lost"
        env = self.gpus(0, 1, memory=MEMORY, lost="1:45")
        process = run(*MODEL, "-e", "cuda", "-o", folder, env=env)
        self.assert_fails(process, 3, "error: trials 3 to 4 of 7: GPU 1 (NVIDIA device 2335), "
                          "trial 4: ", "the GPU cannot go on: lost",
                          f"failed: 2 of 7 trials are finished and saved in {folder}")
        self.assert_kept(folder, [0, 1])
        process = run(*MODEL, "-e", "cuda", "-o", folder, "--overwrite", "--progress", "json",
                      env=env)
        self.assert_status(process, 3)
        self.assertEqual(events(process)[-1], {"event": "failed", "finished": 2, "of": 7,
                                               "folder": str(folder)})

    def test_lost_before_a_trial_was_finished(self):
        self.cuda("old", *MODEL)
        process = run(*MODEL, "-e", "cuda", "-o", self.dir / "old", "--overwrite",
                      env=self.gpus(0, 1, lost="0:3"))
        self.assert_fails(process, 3, "error: GPU 0 (NVIDIA device 2335), trial ")
        self.assertNotIn("failed:", process.stderr)
        self.assert_same_results(self.native, self.dir / "old")

    @unittest.skipUnless(WITH_MPI and {0, 1} <= os.sched_getaffinity(0), "without MPI or two cores")
    def test_ranks(self):
        env = self.gpus(0, 1, 1)
        for engine in ("cuda", "cuda+native"):
            with self.subTest(engine=engine):
                self.assert_equals_native(engine, "-e", engine, env=env, launcher=mpirun(2))
        env = self.gpus(0, 1, memory=MEMORY, claimed=100 * MEMORY, lost="1:45")
        process = run(*MODEL, "-e", "cuda", "-o", self.dir / "lost", env=env, launcher=mpirun(2))
        self.assertNotEqual(process.returncode, 0)
        for text in ("warning: there is no memory for 4 trials at once", "rank 1 on ", "GPU 1 (",
                     "trials are finished and saved"):
            self.assertIn(text, process.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2) if not ON_DEVICE else print("of the emulation")
