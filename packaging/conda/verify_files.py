# SPDX-License-Identifier: BSD-3-Clause
"""Question: are the files of the packages what they have to be?"""
import hashlib
import json
import re
import subprocess
import unittest
import zipfile

from conda_package_streaming.package_streaming import stream_conda_info

import sbom
from channel import (CHANNEL, HAS_CUDA, SOURCE, SUBDIR, WITH_GPU, Case, InPrefix, installed, machine,
                     need_aarch64, packages, run)

LIMITS = {"hnn-run": 5e6, "hnn-run-neuron": 15e6, "hnn-run-cuda": 5e6}
PARTS = {"hnn-run": sbom.LINKED, "hnn-run-neuron": sbom.BROUGHT, "hnn-run-cuda": sbom.CUDA}
INFO = re.compile(r"info/(index\.json|paths\.json|about\.json|licenses/.+|test/run_test\.sh)$")
GLIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1",
         "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
OWN = {"libhnn-nrniv.so", "libhnn-absent.so", "libstdc++.so.6", "libgcc_s.so.1"}
# A package may only have files that no other package has: of its own name, or in its folders.
OWN_PATH = re.compile(r"(bin/hnn-run|lib/hnn-run/.+|lib/libhnn\.so[.0-9]*|include/hnn\.h|"
                      r"share/hnn-run/.+|share/[a-z_/0-9.-]+/_?hnn-run(\.1|\.fish)?)$")
LEAKS = re.compile(rb"(/(build|home|root|tmp|work)/[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+)")


def info_of(path):
    """Name -> bytes of the info part, read by conda's own library."""
    found = {}
    for tar, member in stream_conda_info(str(path)):
        if member.isfile():
            found[member.name] = tar.extractfile(member).read()
    return found


class Archives(Case):
    def each(self):
        for subdir in (SUBDIR, "linux-aarch64"):
            for name, entry in packages(subdir).items():
                with self.subTest(package=f"{subdir}/{name}"):
                    path = CHANNEL / subdir / name
                    yield path, entry, info_of(path)

    def test_index_tells_of_the_files(self):
        for path, entry, info in self.each():
            data = path.read_bytes()
            self.assertEqual(entry["size"], len(data))
            self.assertEqual(entry["sha256"], hashlib.sha256(data).hexdigest())
            self.assertEqual(entry["md5"], hashlib.md5(data).hexdigest())
            index = json.loads(info["info/index.json"])
            self.assertEqual(index, {key: entry[key] for key in index})

    def test_layout_of_the_archive(self):
        for path, _, info in self.each():
            names = zipfile.ZipFile(path).namelist()
            stem = path.name[:-len(".conda")]
            self.assertEqual(names, ["metadata.json", f"pkg-{stem}.tar.zst",
                                     f"info-{stem}.tar.zst"])
            for name in info:
                self.assertRegex(name, INFO)

    def test_sizes(self):
        for path, entry, _ in self.each():
            self.assertLess(entry["size"], LIMITS.get(entry["name"], 1e6))

    def test_checksums_file(self):
        run("/usr/bin/sha256sum", "--quiet", "--check", "SHA256SUMS", cwd=CHANNEL)

    def test_version_is_that_of_cmake(self):
        project = (SOURCE / "CMakeLists.txt").read_text()
        version = re.search(r"project\(hnn-run VERSION ([0-9.]+)", project)[1]
        for _, entry, _ in self.each():
            self.assertEqual(entry["version"], version)
        recipe = (SOURCE / "packaging/recipe/recipe.yaml").read_text()
        self.assertIn(f'version: "{version}"', recipe)

    def test_licences_of_everything(self):
        for _, entry, info in self.each():
            about = json.loads(info["info/about.json"])
            texts = {n[len("info/licenses/"):] for n in info if n.startswith("info/licenses/")}
            self.assertEqual(set(about["license_file"]), texts)
            for part in ["hnn-run", *PARTS.get(entry["name"], {})]:
                self.assertIn(part + ".txt", texts)
            for name in texts:
                self.assertGreater(len(info["info/licenses/" + name]), 300)


class Files(InPrefix):
    about = {"virtual": WITH_GPU}
    engines = ["cuda", "native", "neuron"] if HAS_CUDA else ["native", "neuron"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = [p for p in cls.prefix.rglob("*")
                     if p.is_file() and "conda-meta" not in p.parts]
        cls.elf = [p for p in cls.files if p.read_bytes()[:4] == b"\x7fELF"]

    def test_hashes_of_paths_json(self):
        listed = set()
        for record in installed(self.prefix):
            for entry in record.paths_data.paths:
                path = self.prefix / str(entry.relative_path)
                self.assertEqual(entry.sha256, hashlib.sha256(path.read_bytes()).digest(), path)
                self.assertIsNone(entry.prefix_placeholder, path)
                listed.add(path)
        there = {p for p in self.files if p.name != "CACHEDIR.TAG"}
        self.assertEqual(listed, there)

    def test_engines(self):
        """These and no others, such as the tests' own that emulates a GPU."""
        found = sorted(p.name for p in (self.prefix / "lib/hnn-run").glob("*.so"))
        libraries = ["neuron.so"] if "neuron" in self.engines else []
        self.assertEqual(found, ["comm-mpi.so", *(f"engine-{e}.so" for e in self.engines),
                                 *libraries])

    def test_nothing_clashes_with_other_packages(self):
        for record in installed(self.prefix):
            for entry in record.paths_data.paths:
                self.assertRegex(str(entry.relative_path), OWN_PATH)

    def test_no_activation_and_no_link_scripts(self):
        for path in self.files:
            self.assertNotIn("activate.d", path.parts)
            self.assertNotRegex(path.name, r"(post-link|pre-unlink|pre-link)")

    def test_no_path_of_the_build(self):
        for path in self.files:
            found = {m[0] for m in LEAKS.finditer(path.read_bytes())}
            self.assertEqual(found, set(), path)
            self.assertNotIn(str(SOURCE).encode(), path.read_bytes(), path)

    def test_libraries_needed(self):
        for path in self.elf:
            dynamic = run("/usr/bin/readelf", "-d", path).stdout
            needed = set(re.findall(r"NEEDED.*\[(.*)\]", dynamic))
            allowed = GLIBC | OWN if "neuron" in path.name or path.parent.name == "private" \
                else GLIBC
            if path.name == "comm-mpi.so":
                allowed = allowed | {"libmpi.so.40"}
            self.assertLessEqual(needed, allowed, path)
            self.assertNotIn("(RPATH)", dynamic)
            for runpath in re.findall(r"RUNPATH.*\[(.*)\]", dynamic):
                for folder in runpath.split(":"):
                    self.assertTrue(folder.startswith("$ORIGIN"), f"{path}: {runpath}")

    def test_stripped(self):
        for path in self.elf:
            self.assertNotIn(".debug_info", run("/usr/bin/readelf", "-SW", path).stdout, path)

    def test_names_of_bundled_libraries_are_hidden(self):
        exported = subprocess.run(["nm", "-D", "--defined-only", self.prefix / "lib/libhnn.so"],
                                  capture_output=True, text=True, check=True).stdout
        names = {line.split()[-1].split("@")[0] for line in exported.splitlines()}
        self.assertEqual(names, {"hnn_run", "hnn_run_options_init", "hnn_version"})

    def test_bill_of_materials(self):
        for record in installed(self.prefix):
            package = record.name.normalized
            parts = PARTS.get(package)
            if parts is None: # hnn-run-all has no files
                continue
            bill = json.loads((self.prefix / f"share/hnn-run/sbom/{package}.cdx.json").read_text())
            self.assertEqual((bill["bomFormat"], bill["specVersion"]), ("CycloneDX", "1.5"))
            self.assertEqual({c["name"] for c in bill["components"]}, set(parts))
            for component in bill["components"]:
                self.assertTrue(component["version"] and component["licenses"])
                self.assertEqual(len(component["hashes"][0]["content"]), 64)


@need_aarch64
class FilesOfAarch64(Files):
    about = {"virtual": machine(), "subdir": "linux-aarch64"}
    engines = ["native"]

    def test_are_for_that_processor(self):
        self.assertTrue(self.elf)
        for path in self.elf:
            self.assertIn("AArch64", run("/usr/bin/readelf", "-h", path).stdout, path)


if __name__ == "__main__":
    unittest.main()
