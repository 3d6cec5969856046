# SPDX-License-Identifier: BSD-3-Clause
"""What the tests that drive the program share: running it, and looking at what it left.

HNN_BUILD names the build folder (set by ctest)."""

import json
import os
import resource
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("HNN_BUILD", SOURCE / "build" / "release"))
PROGRAM = BUILD / "bin" / "hnn-run"
GOLDEN = SOURCE / "tests" / "golden"
EXAMPLES = SOURCE / "examples"
TIMEOUT = 900  # s: far beyond any test, so that a hang fails instead of blocking

# A column of 3 x 3 that runs in well under a second, with spikes: input, and options to go with it.
SMALL = [str(GOLDEN / "recordings_3x3" / "network.json"), "--tstop", "40"]
NEURON = ["-e", "neuron"]  # the reference engine; without it the native engine takes SMALL


def is_built(plugin):
    """Is this plug-in part of the build under test?"""
    return (BUILD / "lib" / "hnn-run" / f"{plugin}.so").exists()


ENGINES = tuple(name for name in ("native", "neuron") if is_built(f"engine-{name}"))
needs_neuron = unittest.skipUnless("neuron" in ENGINES, "built without the NEURON engine")
needs_mpi = unittest.skipUnless(is_built("comm-mpi"), "built without MPI")


def run(*args, env=None, stdin=None, launcher=(), file_limit=None, cwd=None):
    """Runs hnn-run; gives the finished process with text output."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.run([*launcher, str(PROGRAM), *map(str, args)], env=env, input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd,
                          timeout=TIMEOUT, preexec_fn=limit if file_limit else None)


def mpirun(ranks):
    """The launcher that starts this many ranks, also where there are fewer cores; skips the test
    where the build has no MPI."""
    if not is_built("comm-mpi"):
        raise unittest.SkipTest("built without MPI")
    command = ["mpirun", "-n", str(ranks), "--oversubscribe"]
    return command + ["--allow-run-as-root"] if os.geteuid() == 0 else command


def events(process):
    """The JSON lines a process printed."""
    return [json.loads(line) for line in process.stdout.splitlines()]


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in Path(folder).rglob("*") if p.is_file())


class Case(unittest.TestCase):
    """A test with a scratch folder `self.dir`."""

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="hnn-test-")
        self.addCleanup(scratch.cleanup)
        self.dir = Path(scratch.name)

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text)
        return path

    def assert_status(self, process, status):
        self.assertEqual(process.returncode, status,
                         f"\nstdout: {process.stdout}\nstderr: {process.stderr}")

    def assert_fails(self, process, status, *fragments):
        """The exit status, and a message on standard error that has all fragments."""
        self.assert_status(process, status)
        for fragment in fragments:
            self.assertIn(fragment, process.stderr)

    def assert_nothing_left(self, folder):
        self.assertFalse(Path(folder).exists() and any(Path(folder).iterdir()),
                         f"something was left in {folder}")

    def assert_same_results(self, a, b):
        """Equal files, byte for byte, but for run.json."""
        names = files_in(a)
        self.assertEqual(names, files_in(b))
        self.assertIn("results.h5", names)
        for name in names:
            if name != "run.json":
                self.assertEqual((Path(a) / name).read_bytes(), (Path(b) / name).read_bytes(),
                                 f"{name} differs between {a} and {b}")
