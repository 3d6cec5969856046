#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Does every name mean one thing? Finds tags and functions that are defined twice.

    doubles.py [FILE]...        by default all sources of runtime/ and kernels/

Tags are those of struct, union and enum; functions are external ones, and those that headers
define. Prints every name with the files that define it; the exit status is 1 if there is any.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
SUFFIXES = {".c", ".cpp", ".cu", ".h"}
SEVERAL = (
    # One interface, a file per instruction set or precision: a program includes one of them.
    (re.compile(r"v[rb]_\w+"), re.compile(r"kernels/(simd/\w+|cuda/instance)\.h")),
    # The one symbol of every plug-in.
    (re.compile(r"hnn_engine_entry"), re.compile(r".*/(engine|entry)\.c")),
    (re.compile(r"main"), re.compile(r"kernels/codegen/main\.c|runtime/cli/main\.c")),
)


def sources() -> list[str]:
    """Paths of all sources, from the project's folder."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "runtime", "kernels"],
                            cwd=SOURCE, check=True, capture_output=True, text=True).stdout.split()
    return [p for p in listed if Path(p).suffix in SUFFIXES and (SOURCE / p).is_file()]


def tags(text: str) -> set[str]:
    """What the text defines as struct, union or enum."""
    return {f"{kind} {name}" for kind, name in
            re.findall(r"\b(struct|union|enum)\s+(\w+)\s*\{", text)}


def functions(text: str, header: bool) -> set[str]:
    """Functions that the text defines for other files, formatted as all of the project is."""
    names = set()
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line != "{":
            continue
        first = i
        while first > 0 and re.match(r"[\w\s*]", lines[first - 1]) and \
                not lines[first - 1].endswith((";", "*/")):
            first -= 1
        found = re.match(r"(.*?)(\w+)\(", " ".join(lines[first:i]))
        if found and (header or not re.search(r"\bstatic\b", found[1])):
            names.add(found[2] + "()")
    return names


def allowed(name: str, paths: list[str]) -> bool:
    """Is it a name that several files define on purpose?"""
    bare = name.removesuffix("()")
    return any(of.fullmatch(bare) and all(where.fullmatch(p) for p in paths)
               for of, where in SEVERAL)


def main() -> int:
    """The command line."""
    definers: dict[str, list[str]] = defaultdict(list)
    for path in sys.argv[1:] or sources():
        text = (SOURCE / path).read_text()
        for name in sorted(tags(text) | functions(text, path.endswith(".h"))):
            definers[name].append(path)
    doubles = {name: paths for name, paths in sorted(definers.items())
               if len(paths) > 1 and not allowed(name, paths)}
    for name, paths in doubles.items():
        print(f"{name} is defined in {', '.join(paths)}")
    return int(bool(doubles))


if __name__ == "__main__":
    sys.exit(main())
