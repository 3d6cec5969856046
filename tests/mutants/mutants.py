#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Would the tests notice? Puts one fault after the other into a copy of the code.

    mutants.py BUILD [--only TEXT] [--tests REGEX]

BUILD is a build folder of this source tree (release, or one without NEURON and CUDA to be quick). The
sources and the build are copied to a scratch folder. Then each fault of mutants.txt is put in by itself,
what depends on it is built again, and the tests that match REGEX (the unit tests, by default) run until
one fails. A fault that no test notices is a survivor; the exit status is 1 if there is one. It takes
about a minute for a fault, so it is run by hand.

A fault in mutants.txt is a block of lines, and blocks are separated by an empty line:

    file of the source
    what the fault means
    - a text that occurs once in the file
    + what takes its place

Several lines with - or + are one text of several lines.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]


@dataclass(frozen=True)
class Fault:
    """A deliberate fault."""

    file: str
    meaning: str
    old: str
    new: str


def read_faults(path: Path) -> list[Fault]:
    """The faults of a list; fails if a text does not occur exactly once."""
    faults = []
    for block in path.read_text().strip().split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if not lines:
            continue
        parts = {sign: "\n".join(line[2:] for line in lines[2:] if line[:1] == sign)
                 for sign in "-+"}
        fault = Fault(lines[0], lines[1], parts["-"], parts["+"])
        found = (SOURCE / fault.file).read_text().count(fault.old)
        if found != 1:
            raise SystemExit(f"{fault.file}: '{fault.old}' occurs {found} times")
        faults.append(fault)
    return faults


def build(copy: Path) -> bool:
    """Builds the copy; False if the compiler refuses the fault."""
    return subprocess.run(["ninja", "-C", str(copy / "build")], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def passes(copy: Path, tests: str) -> bool:
    """Do all tests of the copy pass?"""
    return subprocess.run(["ctest", "--test-dir", str(copy / "build"), "-R", tests, "-j", "2",
                           "--stop-on-failure"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def make_copy(build_dir: Path, copy: Path) -> None:
    """Copies the sources, and configures a build like BUILD in it."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=SOURCE, check=True,
                             capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, tracked):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(SOURCE / name, target)
    cache = (build_dir / "CMakeCache.txt").read_text().splitlines()
    kept = [f"-D{line}" for line in cache
            if line.startswith(("HNN_", "CMAKE_BUILD_TYPE:", "CMAKE_C_COMPILER_LAUNCHER:",
                                "CMAKE_CXX_COMPILER_LAUNCHER:"))]
    subprocess.run(["cmake", "-S", str(copy), "-B", str(copy / "build"), "-G", "Ninja", *kept],
                   check=True, stdout=subprocess.DEVNULL)


def try_fault(copy: Path, fault: Fault, tests: str) -> str:
    """Puts a fault in, looks, and takes it out: noticed, survived or refused."""
    path = copy / fault.file
    whole = path.read_text()
    path.write_text(whole.replace(fault.old, fault.new))
    try:
        if not build(copy):
            return "refused by the compiler"
        return "SURVIVED" if passes(copy, tests) else "noticed"
    finally:
        path.write_text(whole)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", default="", help="faults whose file or meaning has this text")
    parser.add_argument("--tests", default="^unit", help="tests to run, as for ctest -R")
    options = parser.parse_args()
    faults = [fault for fault in read_faults(HERE / "mutants.txt")
              if options.only in fault.file + " " + fault.meaning]
    with tempfile.TemporaryDirectory(prefix="hnn-mutants-") as scratch:
        copy = Path(scratch)
        make_copy(options.build.resolve(), copy)
        if not build(copy) or not passes(copy, options.tests):
            raise SystemExit("the tests do not pass without a fault")
        results = []
        for fault in faults:
            results.append(try_fault(copy, fault, options.tests))
            print(f"{results[-1]:24} {fault.file}: {fault.meaning}", flush=True)
    survived = results.count("SURVIVED")
    print(f"{len(results)} faults, {survived} survived")
    return int(survived > 0)


if __name__ == "__main__":
    os.environ.pop("HNN_BUILD", None)
    sys.exit(main())
