#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the packages and their channel from installed trees: pack.py TREES BUILD OUT SUBDIR VERSION

TREES/<package>/ holds what each package installs; BUILD is the CMake build folder they come
from.  OUT/<SUBDIR>/ gets the .conda files, OUT/ is a channel with its index and SHA256SUMS.
SOURCE_DATE_EPOCH is the one time in all of it.  Format: CEP 34 and 35 of conda.
"""
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import time
import zipfile

import sbom

EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
PLATFORMS = {"linux-64": ("linux", "x86_64"), "linux-aarch64": ("linux", "aarch64")}
RUN_TEST = """#!/bin/sh
# What every installation has to pass, whatever the environment of the caller is.
set -eu
prefix=${PREFIX:-$CONDA_PREFIX}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
env -i "$prefix/bin/hnn-run" --version
env -i "$prefix/bin/hnn-run" doctor
env -i "$prefix/bin/hnn-run" "$prefix/share/hnn-run/examples/evoked.yaml" -e ENGINE -n 1 \\
    --progress none -o "$folder/results"
test -s "$folder/results/results.h5"
"""


# Package -> the engine that it brings.
ENGINES = {"hnn-run": "native", "hnn-run-neuron": "neuron", "hnn-run-cuda": "cuda"}


def digest(data, kind="sha256"):
    return hashlib.new(kind, data).hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def as_json(value):
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


# ---- what is in a package ----

def tree_files(root):
    """Path within the tree -> (mode, bytes), or (None, target) of a symbolic link; sorted."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, root)
            if os.path.islink(path):
                found[inside] = (None, os.readlink(path).encode())
            else:
                executable = os.stat(path).st_mode & stat.S_IXUSR and not name.endswith(".so")
                found[inside] = (0o755 if executable else 0o644, read(path))
    for folder, links, _ in os.walk(root):
        for name in links:
            if os.path.islink(os.path.join(folder, name)):
                raise SystemExit(f"{folder}/{name}: links to folders are not packed")
    return dict(sorted(found.items()))


def behind(files, path):
    """The bytes of a file, also through links."""
    mode, data = files[path]
    if mode is not None:
        return data
    return behind(files, os.path.normpath(os.path.join(os.path.dirname(path), data.decode())))


def paths_json(files):
    entries = []
    for path, (mode, _) in files.items():
        content = behind(files, path)
        entries.append({"_path": path, "path_type": "hardlink" if mode else "softlink",
                        "sha256": digest(content), "size_in_bytes": len(content)})
    return {"paths": entries, "paths_version": 1}


def glibc_needed(files):
    """The newest version of glibc's symbols that the files use, such as 2.34."""
    newest = (2, 17)
    for mode, data in files.values():
        if mode and data.startswith(b"\x7fELF"):
            for found in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", data):
                newest = max(newest, tuple(map(int, found)))
    return "{}.{}".format(*newest)


# ---- the file ----

def tar_zst(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, (mode, data) in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.mtime = EPOCH
            member.mode = mode or 0o777
            if mode is None:
                member.type, member.linkname = tarfile.SYMTYPE, data.decode()
                tar.addfile(member)
            else:
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    return subprocess.run(["zstd", "-19", "-T1", "--quiet", "-c"], input=out.getvalue(),
                          check=True, capture_output=True).stdout


def write_conda(path, payload, info):
    stem = os.path.basename(path)[:-len(".conda")]
    members = [("metadata.json", as_json({"conda_pkg_format_version": 2})),
               (f"pkg-{stem}.tar.zst", tar_zst(payload)),
               (f"info-{stem}.tar.zst", tar_zst(info))]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members:
            member = zipfile.ZipInfo(name, time.gmtime(max(EPOCH, 315532800))[:6])
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)


def build_string(depends, payload, variant):
    """Tells packages of one version apart by what is in them."""
    parts = as_json(depends) + as_json(paths_json(payload))
    return f"{variant}h{digest(parts)[:7]}_0"


class Package:
    """One package: its files, and what the index says of it."""

    def __init__(self, name, files, summary, about):
        self.name, self.files, self.summary, self.about = name, files, summary, about
        self.depends, self.virtual, self.constrains, self.test_engine = [], [], [], None
        self.variant, self.number, self.licenses, self.license = "", 0, {}, "BSD-3-Clause"

    def finish(self, subdir, version):
        platform, arch = PLATFORMS[subdir]
        self.build = build_string(self.depends, self.files, self.variant)
        self.version = version
        self.index = {
            "arch": arch, "build": self.build, "build_number": self.number,
            "constrains": self.constrains, "depends": self.depends, "license": self.license,
            "name": self.name, "platform": platform, "subdir": subdir,
            "timestamp": EPOCH * 1000, "version": version}

    def exact(self):
        return f"{self.name} {self.version} {self.build}"

    def write(self, folder):
        path = os.path.join(folder, f"{self.name}-{self.version}-{self.build}.conda")
        about = dict(self.about, summary=self.summary, license=self.license,
                     license_file=sorted(self.licenses))
        info = {"info/index.json": as_json(self.index), "info/about.json": as_json(about),
                "info/paths.json": as_json(paths_json(self.files))}
        info.update({f"info/licenses/{name}": text for name, text in self.licenses.items()})
        info = {name: (0o644, data) for name, data in info.items()}
        if self.test_engine:
            script = RUN_TEST.replace("ENGINE", self.test_engine)
            info["info/test/run_test.sh"] = (0o755, script.encode())
        write_conda(path, self.files, info)
        data = read(path)
        return os.path.basename(path), dict(self.index, md5=digest(data, "md5"),
                                            sha256=digest(data), size=len(data))


# ---- the packages ----

ABOUT = {"home": "https://hnn.brown.edu",
         "description": "hnn-run simulates the cortical column models of the Human Neocortical "
                        "Neurosolver (HNN) as one native program, without Python or compilers."}
SUMMARIES = {
    "hnn-run": "Native launcher and CPU engine for Human Neocortical Neurosolver simulations",
    "hnn-run-neuron": "NEURON engine of hnn-run, with its mechanisms compiled in",
    "hnn-run-cuda": "CUDA engine of hnn-run",
    "hnn-run-all": "hnn-run with every engine that this machine can use",
}


def add_papers(package, parts, version):
    """Licence texts and the bill of materials."""
    package.licenses = sbom.licence_texts(parts, SOURCE)
    package.license = sbom.expression(parts)
    bill = as_json(sbom.document(package.name, version, parts, package.files, EPOCH))
    package.files[f"share/hnn-run/sbom/{package.name}.cdx.json"] = (0o644, bill)
    package.files = dict(sorted(package.files.items()))


def gpu(parts):
    """The virtual package of drivers that run the engine: those of its CUDA's major release."""
    cudart, = parts
    return f"__cuda >={cudart['version'].split('.')[0]}"


def make_real(trees, build, subdir, version):
    made = {}
    for name in ENGINES:
        root = os.path.join(trees, name)
        if not os.path.isdir(root):
            continue
        package = Package(name, tree_files(root), SUMMARIES[name], ABOUT)
        parts = sbom.components(name, root, build)
        add_papers(package, parts, version)
        package.depends = [f"__glibc >={glibc_needed(package.files)},<3.0.a0", "__linux"]
        if name == "hnn-run":
            package.constrains = ["openmpi >=4.1,<6"]
        else:
            package.depends.append(made["hnn-run"].exact())
        if name == "hnn-run-cuda":
            package.virtual = [gpu(parts)]
        package.depends += package.virtual
        package.test_engine = ENGINES[name]
        package.finish(subdir, version)
        made[name] = package
    return made


def make_all(made, subdir, version):
    """hnn-run-all, once without a GPU, and once more, preferred where there is one, with."""
    variants = [("cpu_", 0, [])]
    if "hnn-run-cuda" in made:
        variants.append(("cuda_", 1, made["hnn-run-cuda"].virtual))
    out = []
    for variant, number, more in variants:
        package = Package("hnn-run-all", {}, SUMMARIES["hnn-run-all"], ABOUT)
        package.depends = more + [p.exact() for n, p in made.items()
                                  if n != "hnn-run-cuda" or variant == "cuda_"]
        package.variant, package.number = variant, number
        package.licenses = {"hnn-run.txt": read(os.path.join(SOURCE, "LICENSE"))}
        package.finish(subdir, version)
        out.append(package)
    return out


def write_index(out, subdir, packages):
    for folder, content in ((subdir, packages), ("noarch", {})):
        os.makedirs(os.path.join(out, folder), exist_ok=True)
        repodata = {"info": {"subdir": folder}, "packages": {}, "packages.conda": content,
                    "removed": [], "repodata_version": 1}
        with open(os.path.join(out, folder, "repodata.json"), "wb") as file:
            file.write(as_json(repodata))


def write_checksums(out):
    lines = []
    for folder, _, names in os.walk(out):
        for name in names:
            if name.endswith(".conda"):
                path = os.path.join(folder, name)
                lines.append(f"{digest(read(path))}  {os.path.relpath(path, out)}\n")
    with open(os.path.join(out, "SHA256SUMS"), "w") as file:
        file.writelines(sorted(lines, key=lambda line: line.split()[1]))


def main(trees, build, out, subdir, version):
    made = make_real(trees, build, subdir, version)
    folder = os.path.join(out, subdir)
    shutil.rmtree(folder, ignore_errors=True) # an index lists one build
    os.makedirs(folder)
    packages = {}
    for package in [*made.values(), *make_all(made, subdir, version)]:
        name, entry = package.write(folder)
        packages[name] = entry
        print(f"{entry['size'] / 1e6:6.2f} MB  {subdir}/{name}")
    write_index(out, subdir, packages)
    write_checksums(out)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
