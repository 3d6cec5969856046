#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Are the results of two builds the same, byte for byte?

    frozen.py digest BUILD FILE [--engine NAME]...   runs everything, writes a digest of every file
    frozen.py compare FILE FILE                      says what differs between two of them

Everything is: each example, bundled model and golden case, on one and two ranks, with one and three
threads, and a run that records all there is. A digest file has one line for each file of results:
case, engine, ranks, threads, name, SHA-256. `run.json` is compared without what names versions,
times, places and the reasons for a choice. Results depend on HDF5's version too, so both builds
have to be run on one machine.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
# Keys of run.json that may differ from run to run, or from version to version.
VOLATILE = {"command", "versions", "engine", "placement", "cuda", "host", "times", "seconds",
            "warnings", "version", "together", "file"}
PLACES = ((1, 1), (1, 3), (2, 1), (2, 3))  # ranks, threads
# The NEURON engine takes minutes for a full column: it runs these, on one and two ranks.
SMALL = ("golden.recordings_3x3", "everything")


@dataclass(frozen=True)
class Case:
    """A run: its name, and the arguments that follow `hnn-run`."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """A case on an engine, with so many ranks and threads."""

    case: Case
    engine: str
    ranks: int
    threads: int


def cases() -> Iterator[Case]:
    """Everything whose results are frozen."""
    for path in sorted((SOURCE / "examples").iterdir()):
        if path.suffix in (".yaml", ".param"):
            yield Case(f"example.{path.stem}", (str(path),))
    for path in sorted((SOURCE / "models").glob("*.yaml")):
        yield Case(f"model.{path.stem}", (path.stem, "--tstop", "60"))
    golden = SOURCE / "tests" / "golden"
    for path in sorted(golden.glob("*/network.json")):
        yield Case(f"golden.{path.parent.name}", (str(path),))
    record = "dipole,spikes,vsec=all,isec=all,ca=all"
    yield Case("everything", (str(golden / "recordings_3x3" / "network.json"), "--tstop", "40",
                              "-n", "3", "--record", record))


def jobs(engines: list[str]) -> Iterator[Job]:
    """All runs of these engines."""
    for engine in engines:
        for case in cases():
            if engine == "neuron" and case.name not in SMALL:
                continue
            for ranks, threads in PLACES:
                if engine == "native" or threads == 1:
                    yield Job(case, engine, ranks, threads)


def without_volatile(value: object) -> object:
    """A copy of a JSON value without the keys that may differ."""
    if isinstance(value, dict):
        return {k: without_volatile(v) for k, v in value.items() if k not in VOLATILE}
    if isinstance(value, list):
        return [without_volatile(v) for v in value]
    return value


def digest_of(path: Path) -> str:
    """SHA-256 of a file of results."""
    content = path.read_bytes()
    if path.name == "run.json":
        content = json.dumps(without_volatile(json.loads(content)), sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


def run(build: Path, job: Job) -> list[str]:
    """Runs a job; the lines of its files."""
    command = [str(build / "bin" / "hnn-run"), *job.case.arguments, "-q", "-e", job.engine,
               "-j", str(job.threads)]
    if job.ranks > 1:
        launcher = ["mpirun", "-n", str(job.ranks), "--oversubscribe"]
        command = launcher + (["--allow-run-as-root"] if os.geteuid() == 0 else []) + command
    with tempfile.TemporaryDirectory(prefix="hnn-frozen-") as scratch:
        folder = Path(scratch) / "results"
        done = subprocess.run([*command, "-o", str(folder)], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
        where = f"{job.case.name} {job.engine} {job.ranks} {job.threads}"
        return [f"{where} {path.relative_to(folder)} {digest_of(path)}"
                for path in sorted(folder.rglob("*")) if path.is_file()]


def digest(build: Path, out: Path, engines: list[str]) -> int:
    """Writes the digests of a build's results; 1 if they depend on ranks or threads."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        lines = [line for found in pool.map(lambda job: run(build, job), jobs(engines))
                 for line in found]
    out.write_text("\n".join(lines) + "\n")
    seen: dict[tuple[str, ...], str] = {}
    spread = 0
    for line in lines:
        case, engine, _, _, name, value = line.split(" ")
        if seen.setdefault((case, engine, name), value) != value:
            print(f"depends on ranks or threads: {line}")
            spread += 1
    print(f"{len(lines)} files, {spread} depend on ranks or threads")
    return int(spread > 0)


def compare(a: Path, b: Path) -> int:
    """Prints what differs between two digest files; 1 if anything does."""
    def read(path: Path) -> dict[str, str]:
        return dict(line.rsplit(" ", 1) for line in path.read_text().splitlines())

    old, new = read(a), read(b)
    different = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    for key in different:
        print("only in the second" if key not in old else
              "only in the first" if key not in new else "different", key)
    print(f"{len(old)} and {len(new)} files, {len(different)} different")
    return int(bool(different))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("digest")
    make.add_argument("build", type=Path)
    make.add_argument("file", type=Path)
    make.add_argument("--engine", action="append", dest="engines")
    both = commands.add_parser("compare")
    both.add_argument("a", type=Path)
    both.add_argument("b", type=Path)
    options = parser.parse_args()
    if options.command == "digest":
        return digest(options.build, options.file, options.engines or ["native"])
    return compare(options.a, options.b)


if __name__ == "__main__":
    sys.exit(main())
