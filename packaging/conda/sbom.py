"""What a package is made of: licence texts and a bill of materials (CycloneDX 1.5).

Versions and licence texts are those of the Debian packages that the parts come from.
"""
import hashlib
import os
import re
import subprocess
import time
import uuid

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


def component(name, row, data):
    package, file, licence = row
    return {"name": name, "package": package, "file": file, "license": licence,
            "version": version_of(package), "sha256": hashlib.sha256(data).hexdigest()}


def archive(build, file):
    with open(os.path.join(build, "CMakeCache.txt")) as cache:
        found = re.search(rf"^found_{re.escape(file)}:FILEPATH=(.*)$", cache.read(), re.M)
    with open(found[1], "rb") as content:
        return content.read()


def components(package, files, build):
    if package == "hnn-run":
        return [component(n, row, archive(build, row[1])) for n, row in sorted(LINKED.items())]
    inside = {os.path.basename(path): data for path, (mode, data) in files.items() if mode}
    return [component(n, row, inside[row[1]]) for n, row in sorted(BROUGHT.items())
            if row[1] in inside]


def licence_texts(parts, source):
    """File name -> text: this project's, each part's, and what those refer to."""
    with open(os.path.join(source, "LICENSE"), "rb") as file:
        texts = {"hnn-run.txt": file.read()}
    for part in parts:
        path = os.path.join(sysroot(), "usr/share/doc", part["package"], "copyright")
        with open(path, "rb") as file:
            text = file.read()
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
        "dependencies": [{"ref": subject, "dependsOn": [purl(part) for part in parts]}],
    }


def timestamp(epoch):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def purl(part):
    return f"pkg:deb/debian/{part['package']}@{part['version']}".replace("+", "%2B")


def listed(part):
    return {"type": "library", "bom-ref": purl(part), "name": part["name"],
            "version": part["version"], "purl": purl(part),
            "hashes": [{"alg": "SHA-256", "content": part["sha256"]}],
            "licenses": [{"expression": part["license"]}],
            "properties": [{"name": "hnn-run:file", "value": part["file"]}]}
