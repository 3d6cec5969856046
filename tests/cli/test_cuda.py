# SPDX-License-Identifier: BSD-3-Clause
"""Question: is CUDA found, chosen and told of as docs/cuda.md says, where there is no GPU?

Drivers and toolkits are made up; what a real GPU is needed for is in tests/gpu."""

import json
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BUILD, SMALL, Case, needs_mpi, run

DRIVERS = BUILD / "tests" / "plugins"
VARIABLES = ("HNN_CUDA_ROOT", "CONDA_PREFIX", "CUDA_PATH", "CUDA_HOME", "LD_LIBRARY_PATH",
             "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER")
MANY = ["-n", "1000"]  # enough for a GPU


def driver_of_this_machine():
    report = json.loads(run("doctor", "--json", env=environment()).stdout)
    return report["cuda"]["driver"]


def environment(**more):
    """This process' without what speaks of CUDA, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return {**kept, **{name: str(value) for name, value in more.items()}}


class Cuda(Case):
    def setUp(self):
        super().setUp()
        self.prefix = self.prefix_with_cuda_engine()

    def toolkit(self, version=13000):
        folder = self.dir / "toolkit"
        (folder / "include").mkdir(parents=True)
        (folder / "lib64").mkdir()
        (folder / "include" / "cuda.h").write_text(f"#define CUDA_VERSION {version}\n")
        (folder / "lib64" / "libcudart.so").write_text("")
        return folder

    def prefix_with_cuda_engine(self):
        """An installation as the one under test, whose CUDA engine covers all and runs nothing."""
        prefix = self.dir / "prefix"
        (prefix / "lib" / "hnn-run").mkdir(parents=True)
        (prefix / "share").symlink_to(BUILD / "share")
        for plugin in (BUILD / "lib" / "hnn-run").glob("*.so"):
            if plugin.name != "engine-cuda.so":
                (prefix / "lib" / "hnn-run" / plugin.name).symlink_to(plugin)
        (prefix / "lib" / "hnn-run" / "engine-cuda.so").symlink_to(
            DRIVERS / "engines" / "engine-gpu.so")
        return prefix

    def environment(self, **variables):
        return environment(HNN_PREFIX=self.prefix, **variables)

    def plan(self, *args, **variables):
        process = run(*SMALL, *args, "--dry-run", "--json", env=self.environment(**variables))
        self.assert_status(process, 0)
        return json.loads(process.stdout)

    @unittest.skipIf(driver_of_this_machine(), "this machine has a driver")
    def test_no_driver(self):
        for variables in ({}, {"CUDA_PATH": "/gone"}, {"HNN_CUDA_ROOT": "/gone"},
                          {"CUDA_HOME": self.toolkit()}):
            with self.subTest(variables=variables):
                process = run(*SMALL, "-e", "cuda", "-o", self.dir / "o",
                              env=self.environment(**variables))
                self.assert_fails(process, 3, "The CUDA engine is not usable",
                                  "no NVIDIA driver is installed")
                self.assert_nothing_left(self.dir / "o")
                self.assertIn("no NVIDIA driver", self.plan(*MANY, **variables)["reason"])

    def test_auto_goes_on_with_the_cpu(self):
        process = run(*SMALL, "-o", self.dir / "out", env=self.environment(CUDA_PATH="/gone"))
        self.assert_status(process, 0)
        self.assertIn("warning: CUDA_PATH is /gone, which is no CUDA toolkit", process.stderr)
        ran = json.loads((self.dir / "out" / "run.json").read_text())
        self.assertEqual(ran["engine"]["name"], "native")
        self.assertIn("a GPU is taken from", ran["engine"]["reason"])
        self.assertEqual(len([w for w in ran["warnings"] if "CUDA_PATH" in w]), 1)
        self.assertIn("toolkit", ran["cuda"])

    def test_old_driver(self):
        old = {"LD_LIBRARY_PATH": DRIVERS / "driver-12020"}
        process = run(*SMALL, "-e", "cuda", "-o", self.dir / "o",
                      env=self.environment(**old))
        if driver_of_this_machine() is None:
            self.assert_fails(process, 3, "The CUDA engine is not usable: the NVIDIA driver",
                              "it runs CUDA up to 12.2, and the kernels are of CUDA",
                              "driver 580 or newer")
        report = json.loads(run("doctor", "--json", env=self.environment(**old)).stdout)
        first = report["cuda"]["drivers_considered"][0]
        self.assertEqual((first["from"], first["cuda"]), ("LD_LIBRARY_PATH", "12.2"))
        self.assertFalse(first["taken"])

    @needs_mpi
    def test_good_driver(self):
        variables = {"LD_LIBRARY_PATH": DRIVERS / "driver-13000"}
        plan = self.plan("-e", "cuda", **variables)
        self.assertEqual((plan["engine"], plan["devices"]), ("cuda", [0]))
        self.assertEqual(plan["cuda"]["driver"]["from"], "LD_LIBRARY_PATH")
        self.assertEqual(plan["cuda"]["driver"]["cuda"], "13.0")
        few = self.plan(**variables)
        self.assertEqual((few["engine"], few["devices"]), ("native", []))
        self.assertIsNone(few["cuda"]["driver"]["cuda"])  # not loaded for so little
        process = run(*SMALL, "-e", "cuda", "-n", "1", "--ranks", "2", "--dry-run",
                      env=self.environment(**variables))
        self.assert_fails(process, 2, "there are 2 ranks for 1 trial")

    def test_toolkit_of_the_option_and_the_variables(self):
        toolkit = self.toolkit()
        plan = self.plan("--cuda-root", toolkit, HNN_CUDA_ROOT="/gone")
        self.assertEqual(plan["cuda"]["toolkit"],
                         {"from": "--cuda-root", "path": str(toolkit), "cuda": "13.0",
                          "release": None, "libraries": str(toolkit / "lib64")})
        self.assertIn("HNN_CUDA_ROOT is /gone", plan["warnings"][0])
        for args in (["--cuda-root", "/gone"], ["--cuda-root", "/gone", "--dry-run"]):
            self.assert_fails(run(*SMALL, *args, env=self.environment()), 3,
                              "--cuda-root /gone is no CUDA toolkit: there is no such folder")
        self.assert_fails(run("doctor", "--cuda-root", "/gone"), 3, "there is no such folder")

    @needs_mpi
    def test_children_get_what_was_found(self):
        toolkit = self.toolkit()
        process = run(*SMALL, "--ranks", "2", "--dry-run",
                      env=self.environment(CUDA_PATH="/gone", CUDA_HOME=toolkit))
        self.assert_status(process, 0)
        for name in ("HNN_CUDA_ROOT", "CUDA_PATH"):
            self.assertIn(f"    {name}={toolkit}\n", process.stdout)
        self.assertIn(f"which is no CUDA toolkit: there is no such folder; it is passed over for "
                      f"{toolkit}", process.stdout)

    def test_nobody_looks_for_cuda_in_vain(self):
        """With another engine chosen, or without one that needs it, only where its place is named."""
        self.assertIsNone(self.plan("-e", "native", CUDA_PATH="/gone")["cuda"])
        self.assertIsNotNone(self.plan(CUDA_PATH="/gone")["cuda"])
        (self.prefix / "lib" / "hnn-run" / "engine-cuda.so").unlink()
        self.assertIsNone(self.plan(*MANY, CUDA_PATH="/gone")["cuda"])
        plan = self.plan("-e", "native", "--cuda-root", self.toolkit())
        self.assertEqual(plan["cuda"]["toolkit"]["from"], "--cuda-root")

    @needs_mpi
    def test_broken_variable_is_told_once_by_ranks(self):
        process = run(*SMALL, "--ranks", "2", "-o", self.dir / "out",
                      env=self.environment(CUDA_PATH="/gone", CUDA_HOME=self.toolkit()))
        self.assert_status(process, 0)
        self.assertEqual(process.stderr.count("CUDA_PATH is /gone"), 1)

    def test_doctor_shows_every_place(self):
        toolkit = self.toolkit()
        process = run("doctor", env=self.environment(CUDA_PATH="/gone", CUDA_HOME=toolkit))
        self.assert_status(process, 0)
        for line in (f"  toolkit  CUDA 13.0 in {toolkit} (CUDA_HOME)",
                     "    HNN_CUDA_ROOT: not set", "    CUDA_PATH, /gone: there is no such folder",
                     f"    CUDA_HOME, {toolkit}: taken"):
            self.assertIn(line + "\n", process.stdout)
        self.assertIn("  warning  CUDA_PATH is /gone", process.stdout)


if __name__ == "__main__":
    unittest.main()
