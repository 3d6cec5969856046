#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds the conda packages and an indexed local channel, without a network:
#
#     packaging/build.sh [CHANNEL]        default: build/channel
#
# Needs what the build needs (packaging/debian-packages.txt).  Two builds of one commit
# give the same files: their only time is the commit's, or SOURCE_DATE_EPOCH.
# HNN_SUBDIR, HNN_SYSROOT, HNN_TOOLCHAIN, HNN_CMAKE_OPTIONS: for another architecture (aarch64.sh).
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC
source=$(cd "$(dirname "$0")/.." && pwd -P)
channel=$(realpath -m "${1:-$source/build/channel}")
subdir=${HNN_SUBDIR:-linux-64}

stop() {
    echo "error: $*" >&2
    exit 1
}

for tool in cmake ninja python3 zstd patchelf strip; do
    command -v $tool >/dev/null || stop "$tool is missing; packaging/dependencies.sh installs it"
done
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$source" log -1 --format=%ct 2>/dev/null)} ||
    stop "outside a git checkout, SOURCE_DATE_EPOCH has to say the time of the sources"
export SOURCE_DATE_EPOCH
version=$(sed -n 's/^project(hnn-run VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build=$work/build trees=$work/trees
map="'-ffile-prefix-map=$source=.' '-ffile-prefix-map=$build=.'"
section="-ffunction-sections -fdata-sections"
cuda_map="'-Xcompiler=\"-ffile-prefix-map=$source=.\"' '-Xcompiler=\"-ffile-prefix-map=$build=.\"'"

echo "building hnn-run $version for $subdir"
# shellcheck disable=SC2086 # options are several
cmake --preset conda -S "$source" -B "$build" ${HNN_TOOLCHAIN:+--toolchain "$HNN_TOOLCHAIN"} \
    -DCMAKE_C_FLAGS="$map $section" -DCMAKE_CXX_FLAGS="$map $section" \
    -DCMAKE_CUDA_FLAGS="$cuda_map $section" \
    ${HNN_CMAKE_OPTIONS:-} >"$work/log" 2>&1 || { cat "$work/log"; stop "cmake failed"; }
cmake --build "$build" >"$work/log" 2>&1 || { tail -50 "$work/log"; stop "the build failed"; }

for package in hnn-run hnn-run-neuron hnn-run-cuda; do
    cmake --install "$build" --strip --component $package --prefix "$trees/$package" >/dev/null
done
neuron=$trees/hnn-run-neuron/lib/hnn-run
if [ -e "$neuron/neuron.so" ]; then
    libnrniv=$(sed -n 's/^NRNIV_LIBRARY:FILEPATH=//p' "$build/CMakeCache.txt")
    python3 "$source/packaging/conda/neuron.py" "$libnrniv" "$neuron/private" "${CC:-cc}"
    patchelf --replace-needed libnrniv.so libhnn-nrniv.so "$neuron/neuron.so"
fi
[ -d "$trees/hnn-run-cuda" ] || echo "hnn-run-cuda is left out: no nvcc for $subdir"
python3 -B "$source/packaging/conda/pack.py" "$trees" "$build" "$channel" "$subdir" "$version"
