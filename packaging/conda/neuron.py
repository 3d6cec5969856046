#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Brings a libnrniv into a package: neuron.py LIBNRNIV FOLDER CC

A distribution's libnrniv is linked with MPI, X11 and readline, none of which the NEURON engine
uses: it runs without terminal and display, and ranks exchange spikes through the communicator.
Here their names come from a small library instead, which says so and stops the process if one
is ever called.  So the engine runs on machines without them, nothing of readline's licence
applies, and no MPI but the user's own is ever loaded.

In FOLDER: libhnn-nrniv.so, libhnn-absent.so, libstdc++.so.6, libgcc_s.so.1.  They find each
other there, and the first two have names of their own, so that a process which has loaded
another NEURON keeps it.
"""
import os
import re
import shutil
import subprocess
import sys

ABSENT = ("libmpi.", "libX11.", "libreadline.")
BROUGHT = ("libstdc++.so.6", "libgcc_s.so.1")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(library, which):
    """Name -> letter of nm, versions cut off."""
    found = {}
    for line in output("nm", "-D", which, library).splitlines():
        *_, letter, name = line.split()
        found[name.split("@")[0]] = letter
    return found


def resolved(library):
    """Soname -> file of everything that it needs."""
    return dict(re.findall(r"(\S+) => (/\S+)", output("ldd", library)))


def absent_source(functions, variables):
    lines = ["#include <stdio.h>", "#include <stdlib.h>",
             "static void absent(const char *name)", "{",
             '    fprintf(stderr, "hnn-run: NEURON called %s, which is not part of this engine\\n", '
             "name);", "    abort();", "}"]
    lines += [f'void {name}(void);\nvoid {name}(void) {{ absent("{name}"); }}'
              for name in sorted(functions)]
    # At least as large as a pointer, and no pointer to anything.
    lines += [f"char {name}[1024] __attribute__((aligned(16)));" for name in sorted(variables)]
    return "\n".join(lines) + "\n"


def make_absent(libnrniv, libraries, folder, cc):
    wanted = set(symbols(libnrniv, "--undefined-only"))
    functions, variables = [], []
    for soname, path in sorted(libraries.items()):
        if soname.startswith(ABSENT):
            for name, letter in symbols(path, "--defined-only").items():
                if name in wanted:
                    (functions if letter in "TWi" else variables).append(name)
    source = os.path.join(folder, "absent.c")
    with open(source, "w") as file:
        file.write(absent_source(functions, variables))
    subprocess.run([cc, "-O2", "-s", "-w", "-fno-builtin", "-shared", "-fPIC",
                    "-Wl,-soname,libhnn-absent.so", "-o", os.path.join(folder, "libhnn-absent.so"),
                    source], check=True)
    os.remove(source)


def patch(library, *change):
    subprocess.run(["patchelf", *change, library], check=True)


def hide_build_paths(library):
    """The folder that the distribution compiled in, in texts that nobody reads."""
    with open(library, "rb") as file:
        data = file.read()
    data = re.sub(rb"/build/neuron-[A-Za-z0-9]+/", lambda m: b"./" * (len(m[0]) // 2) +
                  b"/" * (len(m[0]) % 2), data)
    with open(library, "wb") as file:
        file.write(data)


def main(libnrniv, folder, cc):
    os.makedirs(folder, exist_ok=True)
    libraries = resolved(libnrniv)
    needed = re.findall(r"NEEDED.*\[(.*)\]", output("readelf", "-d", libnrniv))
    make_absent(libnrniv, libraries, folder, cc)
    copy = os.path.join(folder, "libhnn-nrniv.so")
    shutil.copyfile(libnrniv, copy)
    hide_build_paths(copy)
    for name in needed:
        if name.startswith(ABSENT):
            patch(copy, "--remove-needed", name)
    patch(copy, "--add-needed", "libhnn-absent.so")
    patch(copy, "--set-soname", "libhnn-nrniv.so")
    patch(copy, "--set-rpath", "$ORIGIN")
    for soname in BROUGHT:
        shutil.copyfile(libraries[soname], os.path.join(folder, soname))
    patch(os.path.join(folder, "libstdc++.so.6"), "--set-rpath", "$ORIGIN")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
