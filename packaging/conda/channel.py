# SPDX-License-Identifier: BSD-3-Clause
"""What the checks of the packages share: the channel, installing from it, running what is
installed."""
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from rattler import (BuildString, GenericVirtualPackage, PackageName, Platform, PrefixRecord, Version,
                     VirtualPackage, install, solve)


SOURCE = Path(__file__).resolve().parents[2]
CHANNEL = Path(os.environ["HNN_CHANNEL"])
BUILD = Path(os.environ["HNN_BUILD"])
SUBDIR = "linux-64"
TOOLS = Path(sys.executable).parent
ROOT = ["--allow-run-as-root"] if os.geteuid() == 0 else []
EVOKED = "share/hnn-run/examples/evoked.yaml"
SHORT = ["--tstop", "40", "-n", "2", "--quiet", "-e", "native"]


def machine(cuda=None, glibc="2.36"):
    """Virtual packages of a made-up machine."""
    def virtual(name, version):
        return GenericVirtualPackage(PackageName(name), Version(version), BuildString("0"))

    found = [virtual("__unix", "0"), virtual("__linux", "6.1"), virtual("__glibc", glibc)]
    return found + ([virtual("__cuda", cuda)] if cuda else [])


# Has what every package wants.
WITH_GPU = machine(cuda="13.0")


def solved(*specs, virtual=None, subdir=SUBDIR):
    virtual = VirtualPackage.detect() if virtual is None else virtual
    return asyncio.run(solve(sources=[CHANNEL.as_uri()], specs=list(specs),
                             platforms=[subdir, "noarch"], virtual_packages=virtual))


def put(prefix, *specs, virtual=None, subdir=SUBDIR):
    """Installs into a prefix; what was in it before and is not asked for goes."""
    records = solved(*specs, virtual=virtual, subdir=subdir) if specs else []
    with tempfile.TemporaryDirectory(prefix="hnn-cache-") as cache:
        asyncio.run(install(records, target_prefix=str(prefix), cache_dir=cache,
                            show_progress=False, platform=Platform(subdir)))


def packages(subdir=SUBDIR):
    """File name -> entry of the index."""
    index = CHANNEL / subdir / "repodata.json"
    return json.loads(index.read_text())["packages.conda"] if index.exists() else {}


HAS_CUDA = any(entry["name"] == "hnn-run-cuda" for entry in packages().values())
need_cuda = unittest.skipUnless(HAS_CUDA, "hnn-run-cuda was not built: no nvcc")
need_aarch64 = unittest.skipUnless(packages("linux-aarch64"),
                                   "packaging/aarch64.sh built nothing, and said why")


def installed(prefix):
    return [PrefixRecord.from_path(path) for path in sorted((prefix / "conda-meta").glob("*.json"))]


def run(*command, env=None, cwd=None, check=True):
    """A finished process; by default in an empty environment."""
    done = subprocess.run([str(c) for c in command], env=env or {}, cwd=cwd, timeout=600,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def results(folder):
    """File name -> bytes of a results folder; run.json tells of the run and not of the model."""
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()
            if path.name != "run.json"}


def provenance(folder):
    return json.loads((Path(folder) / "run.json").read_text())


class Case(unittest.TestCase):
    """A test with a scratch folder `self.dir`."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="hnn-verify-")
        self.addCleanup(scratch.cleanup)
        self.dir = Path(scratch.name)


class InPrefix(Case):
    """Tests on one installation of everything."""
    about = {}

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="hnn-prefix-")
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.prefix = Path(cls.scratch.name) / "env"
        put(cls.prefix, "hnn-run-all", **cls.about)


class Installed(InPrefix):
    """The same, and what a run of it gives where it was installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls.prefix / "bin" / "hnn-run"
        out = Path(cls.scratch.name) / "expected"
        run(cls.program, cls.prefix / EVOKED, *SHORT, "-o", out)
        cls.expected = results(out)

    def assert_runs(self, program, model=None, env=None, launcher=()):
        """The program simulates, and to the same results."""
        out = self.dir / "results"
        run(*launcher, program, model or self.prefix / EVOKED, *SHORT, "--overwrite", "-o", out,
            env=env)
        self.assertEqual(results(out), self.expected)
        return provenance(out)
