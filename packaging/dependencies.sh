#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Installs those Debian packages of packaging/debian-packages.txt that are missing, and those of
# debian-packages-aarch64.txt if they can be had.
# Runs as root, or through sudo where there is one.
set -eu
here=$(dirname "$0")
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive

missing() { # LIST
    for package in $(grep -v '^#' "$here/$1"); do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            printf ' %s' "$package"
    done
}

install() { # PACKAGES...
    echo "installing: $*"
    command -v ${as_root:-true} >/dev/null && $as_root apt-get update -qq &&
        $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

needed=$(missing debian-packages.txt)
# shellcheck disable=SC2086 # one argument a package
[ -z "$needed" ] || install $needed || {
    echo "error: installing these Debian packages needs root and a network:$needed" >&2
    exit 1
}
optional=$(missing debian-packages-aarch64.txt)
# shellcheck disable=SC2086 # one argument a package
[ -z "$optional" ] || install $optional ||
    echo "linux-aarch64 packages are not built here; missing:$optional"
