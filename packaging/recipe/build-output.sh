#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Builds and installs one output of the recipe: build-output.sh PACKAGE MPI [CUDA_RELEASE].
# CUDA_RELEASE, such as 12.9: what hnn-run-cuda is built with, for the launcher of hnn-run.
# PREFIX and CMAKE_ARGS come from rattler-build.
set -euo pipefail
package=$1 mpi=$2 release=${3:-}
on() {
    if "$@"; then echo ON; else echo OFF; fi
}
# shellcheck disable=SC2086 # CMAKE_ARGS are several
cmake -S . -B build -G Ninja ${CMAKE_ARGS:-} \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$PREFIX" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_PREFIX_PATH="$PREFIX" -DHNN_TESTS=OFF \
    -DHNN_NEURON="$(on test "$package" = hnn-run-neuron)" \
    -DHNN_CUDA="$(on test "$package" = hnn-run-cuda)" -DHNN_CUDA_RELEASE="$release" \
    -DHNN_MPI="$(on test "$mpi" != nompi)"
cmake --build build
cmake --install build --strip --component "$package"
