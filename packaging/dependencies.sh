#!/bin/sh
# Installs those Debian packages of packaging/debian-packages.txt that are missing.
# Runs as root, or through sudo where there is one.
set -eu
here=$(dirname "$0")
missing=
for package in $(grep -v '^#' "$here/debian-packages.txt"); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "error: these Debian packages are missing and installing them needs root:$missing" >&2
        exit 1
    }
    as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # one argument a package
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
