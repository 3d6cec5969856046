# SPDX-License-Identifier: BSD-3-Clause
"""Question: does it work however it is started, and wherever it lies?"""
import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from channel import EVOKED, SHORT, TOOLS, Installed, put, results, run

GLIBC = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0")


SHIM = """
#include <hnn.h>
int simulate(const char *program, const char *model, const char *output);
int simulate(const char *program, const char *model, const char *output)
{
    const char *const overrides[] = {"simulation.tstop=40", "simulation.trials=2"};
    hnn_run_options options;
    hnn_run_options_init(&options);
    options.program = program;
    options.model = model;
    options.output = output;
    options.engine = "native";
    options.overrides = overrides;
    options.n_overrides = 2;
    options.quiet = true;
    return hnn_run(&options);
}
"""


def can_unshare():
    return subprocess.run(["unshare", "-rm", "--fork", "true"], capture_output=True).returncode == 0


class Relocation(Installed):
    def test_absolute_path_from_outside_any_environment(self):
        self.assert_runs(self.program, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})

    def test_empty_environment(self):
        self.assert_runs(self.program, launcher=["/usr/bin/env", "-i"], env=dict(os.environ))

    def test_symlink(self):
        link = self.dir / "elsewhere" / "simulate"
        link.parent.mkdir()
        link.symlink_to(self.program)
        self.assert_runs(link)
        second = self.dir / "second"
        second.symlink_to("elsewhere/simulate")
        self.assert_runs(second)

    def test_by_name_in_path(self):
        self.assert_runs("hnn-run", launcher=["/usr/bin/env"],
                         env={"PATH": str(self.program.parent)})

    def test_relative_path(self):
        out = self.dir / "results"
        run("./hnn-run", f"../{EVOKED}", *SHORT, "-o", out, cwd=self.program.parent)
        self.assertEqual(results(out), self.expected)

    def test_prefix_with_spaces_and_other_letters(self):
        prefix = self.dir / "my env, größer 神経"
        put(prefix, "hnn-run-all")
        self.assert_runs(prefix / "bin/hnn-run", prefix / EVOKED)
        self.assert_neuron_usable(prefix)
        out = self.dir / "ranks"
        run(prefix / "bin/hnn-run", prefix / EVOKED, *SHORT, "--ranks", "2", "-o", out,
            env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(results(out), self.expected)

    @unittest.skipUnless(can_unshare(), "needs user namespaces")
    def test_read_only_prefix(self):
        script = 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; ! touch "$1/x" || exit 9;' \
                 ' shift; exec "$@"'
        launcher = ["/usr/bin/unshare", "-rm", "/bin/sh", "-ec", script, "sh", self.prefix]
        self.assert_runs(self.program, launcher=launcher, env={"PATH": os.defpath})

    def test_copied_elsewhere(self):
        copy = self.dir / "copy"
        shutil.copytree(self.prefix, copy, symlinks=True)
        self.assert_runs(copy / "bin/hnn-run", copy / EVOKED)
        self.assert_neuron_usable(copy)

    def test_from_a_python_of_another_environment(self):
        other = self.dir / "other"
        (other / "lib").mkdir(parents=True)
        (other / "lib" / "libstdc++.so.6").write_text("not a library\n")
        env = {"PATH": f"{other}/bin:/usr/bin:/bin", "CONDA_PREFIX": str(other),
               "PYTHONHOME": sys.base_prefix, "PYTHONPATH": str(other), "VIRTUAL_ENV": str(other)}
        code = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
        self.assert_runs(self.program, env=env, launcher=[sys.executable, "-c", code])

    def test_in_a_python_of_another_environment(self):
        """libhnn in a foreign process, told where its installation is."""
        source, shim, out = self.dir / "shim.c", self.dir / "shim.so", self.dir / "results"
        source.write_text(SHIM)
        run("/usr/bin/cc", "-shared", "-fPIC", f"-I{self.prefix}/include", source, "-o", shim,
            f"-L{self.prefix}/lib", "-lhnn", f"-Wl,-rpath,{self.prefix}/lib",
            env={"PATH": "/usr/bin:/bin"})
        code = "import ctypes, sys; shim, *args = map(str.encode, sys.argv[1:]); " \
               "sys.exit(ctypes.CDLL(shim.decode()).simulate(*args))"
        run(sys.executable, "-c", code, shim, self.program, self.prefix / EVOKED, out)
        self.assertEqual(results(out), self.expected)

    @unittest.skipUnless(can_unshare(), "needs user namespaces")
    def test_nothing_on_the_machine_but_glibc(self):
        """-e neuron, too, without MPI, X11 or a C++ library."""
        root = self.dir / "root"
        self.make_root(root)
        script = 'mount --rbind /proc "$1/proc"; mount --rbind "$2" "$1/env"; shift 2;' \
                 ' exec chroot "$@"'
        for engine in ("native", "neuron"):
            command = ["/usr/bin/unshare", "-rm", "/bin/sh", "-ec", script, "sh", root,
                       self.prefix, root, "/env/bin/hnn-run", f"/env/{EVOKED}", "--tstop", "40",
                       "-n", "2", "--quiet", "-e", engine, "-o", f"/{engine}"]
            run(*command, env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"})
        self.assertEqual(results(root / "native"), self.expected)
        self.assertIn("results.h5", results(root / "neuron"))

    def make_root(self, root):
        for folder in ("proc", "env", "lib64", "lib"):
            (root / folder).mkdir(parents=True)
        shutil.copy("/lib64/ld-linux-x86-64.so.2", root / "lib64")
        for name in GLIBC:
            shutil.copy(f"/lib/x86_64-linux-gnu/{name}", root / "lib")

    def assert_neuron_usable(self, prefix):
        self.assertRegex(run(prefix / "bin/hnn-run", "doctor").stdout, r"neuron +usable")


class OwnMpi(Installed):
    """An Open MPI in the same environment as the program."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for folder in ("bin", "lib", "share", "etc"):
            for path in sorted((TOOLS.parent / folder).rglob("*")) \
                    if (TOOLS.parent / folder).exists() else []:
                inside = path.relative_to(TOOLS.parent)
                is_python = "python" in str(inside) or "pip" in inside.name
                if not is_python and path.is_file() and not (cls.prefix / inside).exists():
                    (cls.prefix / inside).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, cls.prefix / inside, follow_symlinks=False)

    def test_mpirun_beside_the_program_is_first(self):
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.dir),
               "OPAL_PREFIX": "/usr/lib/elsewhere", "LD_LIBRARY_PATH": "/usr/lib/elsewhere"}
        plan = run(self.program, self.prefix / EVOKED, "--ranks", "2", "--dry-run", env=env).stdout
        self.assertIn(f"command line:  {self.prefix}/bin/mpirun", plan)
        for name in ("OPAL_PREFIX", "PRTE_PREFIX", "PMIX_INSTALL_PREFIX"):
            self.assertIn(f"{name}={self.prefix}", plan)
        out = self.dir / "results"
        run(self.program, self.prefix / EVOKED, *SHORT, "--ranks", "2", "-o", out, env=env)
        self.assertEqual(results(out), self.expected)
        self.assertIn("Open MPI v5", (out / "run.json").read_text())

    def test_moved_with_its_mpi(self):
        moved = self.dir / "moved env"
        shutil.copytree(self.prefix, moved, symlinks=True)
        out = self.dir / "results"
        run(moved / "bin/hnn-run", moved / EVOKED, *SHORT, "--ranks", "2", "-o", out,
            env={"HOME": str(self.dir)})
        self.assertEqual(results(out), self.expected)
        self.assertIn("Open MPI v5", json.dumps(json.loads((out / "run.json").read_text())))


if __name__ == "__main__":
    unittest.main()
