# SPDX-License-Identifier: BSD-3-Clause
"""What a package is made of: licence texts and a bill of materials (CycloneDX 1.5).

Versions and licence texts are those of the Debian packages that the parts come from, or of the
CUDA toolkit.
"""
import hashlib
import json
import os
import re
import subprocess
import time
import uuid
from pathlib import Path

# Name -> the Debian package with its text, what is linked or brought, and its licence (SPDX).
LINKED = {
    "HDF5": ("libhdf5-dev", "libhdf5_serial.a", "BSD-3-Clause"),
    "libaec": ("libaec-dev", "libaec.a", "BSD-2-Clause"),
    "hwloc": ("libhwloc-dev", "libhwloc.a", "BSD-3-Clause"),
    "libyaml": ("libyaml-dev", "libyaml.a", "MIT"),
    "jansson": ("libjansson-dev", "libjansson.a", "MIT"),
    "xxHash": ("libxxhash-dev", "libxxhash.a", "BSD-2-Clause"),
    "zlib": ("zlib1g-dev", "libz.a", "Zlib"),
}
RUNTIME = "GPL-3.0-or-later WITH GCC-exception-3.1"
# libnrniv holds a few files of other licences than its own (its copyright file lists them).
NEURON = ("BSD-3-Clause AND MIT AND Apache-2.0 AND NTP AND LGPL-2.1-or-later "
          "AND GPL-3.0-or-later")
BROUGHT = {
    "NEURON": ("neuron", "libhnn-nrniv.so", NEURON),
    "libstdc++": ("libstdc++6", "libstdc++.so.6", RUNTIME),
    "libgcc": ("libgcc-s1", "libgcc_s.so.1", RUNTIME),
}
# CUDA's runtime library, which NVIDIA's terms let programs carry ("distributable", attachment A).
CUDA = {"cudart": ("cuda-cudart", "libcudart_static.a",
                   "LicenseRef-NVIDIA-End-User-License-Agreement")}
COMMON = "usr/share/common-licenses"


def sysroot():
    return os.environ.get("HNN_SYSROOT", "/")


def version_of(package):
    """In a sysroot of its own, the list beside it says what it was made from."""
    listed = os.path.join(sysroot(), "packages.txt")
    if sysroot() == "/" or not os.path.exists(listed):
        command = ["dpkg-query", "-W", "-f", "${Version}", package]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with open(listed) as file:
        return dict(line.split() for line in file)[package]


def cached(build, name):
    """A path among the answers of CMake."""
    cache = Path(build, "CMakeCache.txt").read_text()
    return Path(re.search(rf"^{re.escape(name)}:FILEPATH=(.*)$", cache, re.M)[1])


def from_debian(name, row, file):
    package, _, _ = row
    version = version_of(package)
    return {"text": Path(sysroot(), "usr/share/doc", package, "copyright"), "version": version,
            "purl": f"pkg:deb/debian/{package}@{version}".replace("+", "%2B"),
            **component(name, row, file)}


def from_toolkit(name, row, library):
    """Looks above the library for what says the version, and the terms."""
    for folder in library.resolve().parents:
        version, text = None, folder / "EULA.txt"
        wheel = next((path for where in ("", "dist-info/")
                      for path in folder.glob(where + "nvidia_cuda_runtime-*.dist-info")), None)
        if wheel: # a toolkit of the Python registry's packages
            version, text = wheel.stem.split("-")[1], wheel / "licenses/License.txt"
        elif (folder / "version.json").exists():
            version = json.loads((folder / "version.json").read_text())["cuda_cudart"]["version"]
        if version and text.exists():
            return {"text": text, "version": version, "purl": f"pkg:generic/{row[0]}@{version}",
                    **component(name, row, library)}
    raise SystemExit(f"error: {library}: above it are neither version.json and EULA.txt nor "
                     "nvidia_cuda_runtime-*.dist-info; a package needs the terms of NVIDIA")


def component(name, row, file):
    return {"name": name, "file": row[1], "license": row[2],
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}


def components(package, root, build):
    """What a package in the folder `root` is made of besides this project's own code."""
    if package == "hnn-run":
        return [from_debian(n, row, cached(build, "found_" + row[1]))
                for n, row in sorted(LINKED.items())]
    if package == "hnn-run-cuda":
        return [from_toolkit(n, row, cached(build, "CUDA_cudart_static_LIBRARY"))
                for n, row in CUDA.items()]
    private = Path(root, "lib/hnn-run/private")
    return [from_debian(n, row, private / row[1]) for n, row in sorted(BROUGHT.items())]


def licence_texts(parts, source):
    """File name -> text: this project's, each part's, and what those refer to."""
    with open(os.path.join(source, "LICENSE"), "rb") as file:
        texts = {"hnn-run.txt": file.read()}
    for part in parts:
        text = part["text"].read_bytes()
        texts[part["name"] + ".txt"] = text
        for name in re.findall(rb"/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])", text):
            with open(os.path.join("/", COMMON, name.decode()), "rb") as file:
                texts[f"common-{name.decode()}.txt"] = file.read()
    return texts


def expression(parts):
    licences = {"BSD-3-Clause"}
    for part in parts:
        licences.update(part["license"].split(" AND "))
    return " AND ".join(sorted(licences))


def document(name, version, parts, files, epoch):
    digests = sorted(hashlib.sha256(data).hexdigest() + path for path, (_, data) in files.items())
    serial = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([name, version, *digests]))
    subject = f"pkg:conda/{name}@{version}"
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{serial}",
        "metadata": {
            "timestamp": timestamp(epoch),
            "component": {"type": "application", "bom-ref": subject, "name": name,
                          "version": version, "purl": subject,
                          "licenses": [{"license": {"id": "BSD-3-Clause"}}]}},
        "components": [listed(part) for part in parts],
        "dependencies": [{"ref": subject, "dependsOn": [part["purl"] for part in parts]}],
    }


def timestamp(epoch):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def listed(part):
    return {"type": "library", "bom-ref": part["purl"], "name": part["name"],
            "version": part["version"], "purl": part["purl"],
            "hashes": [{"alg": "SHA-256", "content": part["sha256"]}],
            "licenses": [{"expression": part["license"]}],
            "properties": [{"name": "hnn-run:file", "value": part["file"]}]}
