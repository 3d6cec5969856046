#!/usr/bin/env bash
# Builds the linux-aarch64 packages on another machine type, without the NEURON engine, and
# runs them by emulation:
#
#     packaging/aarch64.sh [CHANNEL [BUILD_DIR]]
#
# Needs Debian's gcc-aarch64-linux-gnu, g++-aarch64-linux-gnu and qemu-user-static.  The
# libraries' archives come from Debian's arm64 packages, into build/aarch64/sysroot.
# With BUILD_DIR, an x86-64 build, results under emulation have to be its results.
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd -P)
channel=$(realpath -m "${1:-$source/build/channel}")
reference=${2:+$(realpath "$2")}
work=$source/build/aarch64 sysroot=$source/build/aarch64/sysroot
packages="libyaml-dev libhwloc-dev libhdf5-dev libjansson-dev libxxhash-dev libaec-dev zlib1g-dev
          libopenmpi-dev libopenmpi3"

make_sysroot() {
    rm -rf "$work"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/debs" "$sysroot"
    : >"$work/apt/status"
    local apt="-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64
        -o Dir::State=$work/apt -o Dir::State::status=$work/apt/status -o Dir::Cache=$work/apt/cache
        -o APT::Sandbox::User=root"
    # shellcheck disable=SC2086 # options and packages are several
    apt-get $apt update && (cd "$work/debs" && apt-get $apt download $packages)
    for deb in "$work"/debs/*.deb; do
        dpkg-deb -x "$deb" "$sysroot"
        dpkg-deb --showformat '${Package} ${Version}\n' -W "$deb"
    done >"$work/packages.txt"
    mv "$work/packages.txt" "$sysroot/packages.txt"
}

for tool in aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ qemu-aarch64-static; do
    command -v $tool >/dev/null || {
        echo "error: $tool is missing" >&2
        exit 1
    }
done
[ -e "$sysroot/packages.txt" ] || make_sysroot

archive=$sysroot/usr/lib/aarch64-linux-gnu
export HNN_SYSROOT=$sysroot HNN_SUBDIR=linux-aarch64
export HNN_TOOLCHAIN=$source/packaging/static/aarch64.cmake
export PKG_CONFIG_LIBDIR=$archive/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot
export HNN_CMAKE_OPTIONS="-DHNN_NEURON=OFF -DMPI_C_LIB_NAMES=mpi -DMPI_C_HEADER_DIR=$archive/openmpi/include
    -DMPI_mpi_LIBRARY=$archive/openmpi/lib/libmpi.so
    -DMPI_SKIP_COMPILER_WRAPPER=ON -DMPI_ASSUME_NO_BUILTIN_MPI=ON
    -DCMAKE_EXE_LINKER_FLAGS=-Wl,--unresolved-symbols=ignore-in-shared-libs"
"$source/packaging/build.sh" "$channel"

# ---- under emulation ----

unpacked=$work/unpacked
rm -rf "$unpacked" && mkdir "$unpacked"
for package in "$channel"/linux-aarch64/hnn-run-[0-9]*.conda; do
    python3 -m zipfile -e "$package" "$unpacked"
done
cat "$unpacked"/pkg-*.tar.zst | zstd -d | tar -x -C "$unpacked"
run() {
    qemu-aarch64-static -L /usr/aarch64-linux-gnu "$@"
}
run "$unpacked/bin/hnn-run" doctor
[ -n "$reference" ] || exit 0
simulate() { # FOLDER PROGRAM...
    local folder=$1 model
    shift
    for model in tests/golden/recordings_3x3/network.json examples/evoked.yaml; do
        "$@" "$source/$model" -n 1 -e native --quiet --overwrite \
            -o "$folder/$(basename "$(dirname $model)")"
    done
}
mkdir -p "$work/results/x86-64" "$work/results/aarch64"
simulate "$work/results/x86-64" "$reference/bin/hnn-run"
simulate "$work/results/aarch64" run "$unpacked/bin/hnn-run"
diff -r -x run.json "$work/results/x86-64" "$work/results/aarch64"
echo "results of aarch64 and x86-64 are the same, byte for byte"
