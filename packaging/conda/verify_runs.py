# SPDX-License-Identifier: BSD-3-Clause
"""Question: does what is installed work, and as the build folder's does?"""
import json
import os
import time
import unittest
from pathlib import Path

from conda_package_streaming.package_streaming import stream_conda_info

from channel import (BUILD, CHANNEL, EVOKED, ROOT, SHORT, SUBDIR, TOOLS, Case, Installed,
                     provenance, put, results, run)


class Runs(Installed):
    def same_as_build(self, *options):
        out = {}
        for name, program in (("package", self.program), ("build", BUILD / "bin/hnn-run")):
            run(program, self.prefix / EVOKED, "--quiet", *options, "-o", self.dir / name)
            out[name] = results(self.dir / name)
        self.assertEqual(out["package"], out["build"])
        self.assertIn("results.h5", out["package"])

    def test_evoked_on_native_as_the_build(self):
        self.same_as_build("-e", "native")

    def test_evoked_on_neuron_as_the_build(self):
        self.same_as_build("-e", "neuron", "-n", "1")

    def test_version(self):
        self.assertRegex(run(self.program, "--version").stdout, r"^hnn-run \d+\.\d+\.\d+\n")

    def test_doctor(self):
        report = run(self.program, "doctor").stdout
        self.assertRegex(report, r"(?m)^ +native +usable")
        self.assertRegex(report, r"(?m)^ +neuron +usable: NEURON 8\.2")
        self.assertIn(f"{self.prefix} (the folder above the program's)", report)

    def test_two_ranks_on_the_systems_mpirun(self):
        self.assert_runs(self.program, env={"PATH": "/usr/bin:/bin"},
                         launcher=["/usr/bin/mpirun", *ROOT, "--oversubscribe", "-n", "2"])

    def test_two_ranks_by_option(self):
        out = self.dir / "ranks"
        run(self.program, self.prefix / EVOKED, *SHORT, "--ranks", "2", "-o", out,
            env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(results(out), self.expected)
        self.assertIn("Open MPI v4", json.dumps(provenance(out)))

    def test_two_ranks_on_neuron(self):
        options = ["--tstop", "40", "-n", "1", "-e", "neuron", "--quiet"]
        run(self.program, self.prefix / EVOKED, *options, "-o", self.dir / "one")
        run(self.program, self.prefix / EVOKED, *options, "--ranks", "2", "-o", self.dir / "two",
            env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(results(self.dir / "one"), results(self.dir / "two"))

    def test_two_ranks_on_open_mpi_5(self):
        env = {"PATH": f"{TOOLS}:/usr/bin:/bin", "HOME": str(self.dir)}
        self.assert_runs(self.program, env=env,
                         launcher=[TOOLS / "mpirun", *ROOT, "--oversubscribe", "-n", "2"])
        told = json.dumps(provenance(self.dir / "results"))
        self.assertIn("Open MPI v5", told)
        out = self.dir / "by-option"
        run(self.program, self.prefix / EVOKED, *SHORT, "--ranks", "2", "-o", out, env=env)
        self.assertEqual(results(out), self.expected)

    def test_wrong_model(self):
        model = self.dir / "m.yaml"
        model.write_text("schema: hnn/1\nnetwork: {model: neymotin_2021}\n")
        done = run(self.program, model, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("neymotin_2020", done.stderr)

    def test_ranks_without_mpirun(self):
        done = run(self.program, self.prefix / EVOKED, "--ranks", "2", check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("needs mpirun", done.stderr)


class ProgramAlone(Case):
    def test_without_other_engines(self):
        prefix = self.dir / "env"
        begin = time.monotonic()
        put(prefix, "hnn-run")
        self.assertLess(time.monotonic() - begin, 5, "installing takes too long")
        program = prefix / "bin/hnn-run"
        run(program, prefix / EVOKED, *SHORT, "-o", self.dir / "results")
        for engine in ("neuron", "cuda"):
            done = run(program, prefix / EVOKED, "-e", engine, check=False)
            self.assertEqual(done.returncode, 3)
            self.assertIn(f"engine-{engine}.so", done.stderr)


class TestInPackage(Installed):
    def test_of_each_package(self):
        for path in sorted((CHANNEL / SUBDIR).glob("*.conda")):
            if path.name.startswith("hnn-run-cuda") and not Path("/dev/nvidiactl").exists():
                continue # its engine cannot run here
            for tar, member in stream_conda_info(str(path)):
                if member.name == "info/test/run_test.sh":
                    script = self.dir / "run_test.sh"
                    script.write_bytes(tar.extractfile(member).read())
                    run("/bin/sh", script, env={"PREFIX": str(self.prefix),
                                                "PATH": os.defpath})


if __name__ == "__main__":
    unittest.main()
