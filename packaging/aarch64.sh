#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds the linux-aarch64 packages on another machine type, without the NEURON and CUDA engines:
#
#     packaging/aarch64.sh [CHANNEL]
#
# Needs packaging/debian-packages-aarch64.txt.  The libraries' archives come from Debian's arm64
# packages, into build/aarch64/sysroot, or are there already in HNN_AARCH64_SYSROOT.
# Where one of these cannot be had the status is 77, and a line says why.
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd -P)
channel=$(realpath -m "${1:-$source/build/channel}")
work=$source/build/aarch64
export HNN_SYSROOT=${HNN_AARCH64_SYSROOT:-$work/sysroot}
packages="libyaml-dev libhwloc-dev libhdf5-dev libjansson-dev libxxhash-dev libaec-dev zlib1g-dev
          libopenmpi-dev libopenmpi3"

skip() {
    echo "linux-aarch64 is skipped: $*" >&2
    exit 77
}

make_sysroot() {
    rm -rf "$work"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/debs" "$work/new"
    : >"$work/apt/status"
    local apt="-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64
        -o Dir::State=$work/apt -o Dir::State::status=$work/apt/status -o Dir::Cache=$work/apt/cache
        -o APT::Sandbox::User=root"
    # shellcheck disable=SC2086 # options and packages are several
    (cd "$work/debs" && apt-get $apt update && apt-get $apt download $packages) || return
    for deb in "$work"/debs/*.deb; do
        dpkg-deb -x "$deb" "$work/new"
        # shellcheck disable=SC2016 # dpkg's variables
        dpkg-deb --showformat '${Package} ${Version}\n' -W "$deb"
    done >"$work/new/packages.txt"
    mv "$work/new" "$HNN_SYSROOT"
}

for tool in aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ qemu-aarch64-static; do
    command -v $tool >/dev/null || skip "$tool is missing (packaging/debian-packages-aarch64.txt)"
done
[ -e "$HNN_SYSROOT/packages.txt" ] || make_sysroot ||
    skip "Debian's arm64 packages cannot be downloaded here"

archive=$HNN_SYSROOT/usr/lib/aarch64-linux-gnu
export HNN_SUBDIR=linux-aarch64 HNN_TOOLCHAIN=$source/packaging/static/aarch64.cmake
export PKG_CONFIG_LIBDIR=$archive/pkgconfig PKG_CONFIG_SYSROOT_DIR=$HNN_SYSROOT
export HNN_CMAKE_OPTIONS="-DHNN_NEURON=OFF -DHNN_CUDA=OFF
    -DMPI_C_LIB_NAMES=mpi -DMPI_C_HEADER_DIR=$archive/openmpi/include
    -DMPI_mpi_LIBRARY=$archive/openmpi/lib/libmpi.so
    -DMPI_SKIP_COMPILER_WRAPPER=ON -DMPI_ASSUME_NO_BUILTIN_MPI=ON
    -DCMAKE_EXE_LINKER_FLAGS=-Wl,--unresolved-symbols=ignore-in-shared-libs"
exec "$source/packaging/build.sh" "$channel"
