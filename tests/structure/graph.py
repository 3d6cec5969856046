#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Does data flow one way? Finds cycles between the project's files and folders.

    graph.py BUILD [--source DIR]

The graph has an arrow from each file to the files that it includes, and from each source to the
sources that define the functions and variables it uses (read off the object files in BUILD by
`nm`). In every folder the parts, which are its files and its folders, must form no cycle; a folder
uses whatever any file in it uses. The first cycle of each folder is printed with the uses that make
it, and the exit status is 1.
"""

import argparse
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

FOLDERS = ("runtime", "kernels")
INCLUDE_ROOTS = ("runtime", "runtime/include", "kernels")
SOURCES = {".c", ".cpp", ".cu", ".h"}

Reasons = dict[tuple[str, str], str]  # (from, to), two files: why


def included(source: Path) -> Reasons:
    """Arrows from includes."""
    arrows: Reasons = {}
    files = [p for folder in FOLDERS for p in sorted((source / folder).rglob("*"))
             if p.suffix in SOURCES]
    for path in files:
        here = path.relative_to(source)
        for name in re.findall(r'^\s*#\s*include\s+["<]([^">]+)[">]', path.read_text(), re.M):
            for root in (str(here.parent), *INCLUDE_ROOTS):
                target = source / root / name
                if target.is_file():
                    to = target.resolve().relative_to(source.resolve())
                    arrows[(str(here), str(to))] = f"includes {name}"
                    break
    return arrows


def source_of(obj: Path, build: Path, source: Path) -> str | None:
    """The source that an object file of CMake's was made from; None: not one of the project."""
    folder, _, rest = str(obj.relative_to(build)).partition("CMakeFiles/")
    parts = PurePosixPath(rest).parts[1:]  # without <target>.dir
    name = str(PurePosixPath(*parts)).replace("__/", "../").removesuffix(".o")
    path = (source / folder / name).resolve()
    here = source.resolve()
    return str(path.relative_to(here)) if path.is_file() and path.is_relative_to(here) else None


def symbols(objects: list[Path]) -> Iterator[tuple[Path, str, bool]]:
    """External names of object files: the file, the name, and whether the file defines it."""
    lines = subprocess.run(["nm", "--extern-only", "--portability", "--print-file-name",
                            *map(str, objects)], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    for line in lines:
        name, symbol, kind = line.split()[:3]
        yield Path(name.removesuffix(":")), symbol, kind != "U"


def used(build: Path, source: Path) -> Reasons:
    """Arrows from the symbols of object files."""
    objects = {obj: source_of(obj, build, source) for folder in FOLDERS
               for obj in sorted((build / folder).rglob("*.o"))}
    definers: dict[str, set[str]] = defaultdict(set)
    wants: dict[str, set[str]] = defaultdict(set)
    for obj, symbol, defined in symbols(list(objects)) if objects else ():
        name = objects[obj] or str(obj)  # of generated code there is no source
        (definers[symbol].add(name) if defined else wants[name].add(symbol))
    if not wants:
        raise SystemExit(f"graph.py: {build} has no object files of this source tree")
    known = set(objects.values())
    arrows: Reasons = {}
    for name, symbols_wanted in wants.items():
        for symbol in sorted(symbols_wanted):
            by = definers.get(symbol, set())
            # What several sources define is made anew in each plug-in, such as its entry.
            if len(by) == 1 and {name, *by} <= known and name not in by:
                arrows.setdefault((name, next(iter(by))), f"uses {symbol}")
    return arrows


def part_of(path: str, folder: str) -> str:
    """Which part of the folder the file belongs to: a folder in it, or the file itself."""
    rest = PurePosixPath(path).relative_to(folder).parts
    return rest[0] + "/" if len(rest) > 1 else rest[0]


def find_cycle(arrows: dict[str, set[str]]) -> list[str]:
    """The parts of one cycle, in order; empty when there is none."""
    state: dict[str, int] = {}
    trail: list[str] = []

    def visit(part: str) -> list[str]:
        state[part] = 1
        trail.append(part)
        for to in sorted(arrows.get(part, ())):
            if state.get(to) == 1:
                return trail[trail.index(to):]
            if to not in state:
                found = visit(to)
                if found:
                    return found
        trail.pop()
        state[part] = 2
        return []

    for part in sorted(arrows):
        if part not in state:
            found = visit(part)
            if found:
                return found
    return []


def check_folder(folder: str, reasons: Reasons) -> list[str]:
    """Lines that describe a cycle between the parts of a folder; none when there is none."""
    arrows: dict[str, set[str]] = defaultdict(set)
    example: dict[tuple[str, str], str] = {}
    for (a, b), why in reasons.items():
        if not all(PurePosixPath(p).is_relative_to(folder) for p in (a, b)):
            continue
        x, y = part_of(a, folder), part_of(b, folder)
        if x != y:
            arrows[x].add(y)
            example.setdefault((x, y), f"{a} {why} of {b}" if why.startswith("uses") else
                               f"{a} {why}")
    cycle = find_cycle(arrows)
    if not cycle:
        return []
    lines = [f"{folder}: a cycle of {len(cycle)}: {' -> '.join([*cycle, cycle[0]])}"]
    for x, y in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        lines.append(f"    {x} -> {y}: {example[(x, y)]}")
    return lines


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--source", type=Path, default=Path(__file__).resolve().parents[2])
    options = parser.parse_args()
    sys.setrecursionlimit(10000)
    reasons = {**used(options.build, options.source), **included(options.source)}
    folders = sorted({str(parent) for pair in reasons for path in pair
                      for parent in PurePosixPath(path).parents})
    wrong = 0
    for folder in folders:
        lines = check_folder(folder, reasons)
        wrong += bool(lines)
        print(*lines, sep="\n", end="\n" if lines else "")
    print(f"{len(reasons)} uses between files of {len(folders)} folders, {wrong} with a cycle")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
