#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every test: run.sh BUILD_DIR, the folder of the release build.
set -eu
build=$1
cd "$(dirname "$0")/.."

step() {
    printf '\n== %s\n' "$*"
}

step "format and static analysis"
tests/lint.sh

step "unit tests under the address and undefined-behaviour sanitizers"
cmake --preset asan >/dev/null
cmake --build --preset asan
ctest --test-dir build/asan --output-on-failure -j 2 -R '^unit'

step "threads under the thread sanitizer"
cmake --preset tsan >/dev/null
cmake --build --preset tsan
export TSAN_OPTIONS=halt_on_error=1
build/tsan/tests/test_device_group
HNN_BUILD=$PWD/build/tsan python3 tests/cuda/test_several.py Several.test_beside_the_native_engine
build/tsan/bin/hnn-run tests/golden/recordings_3x3/network.json \
    -e native -j 3 --tstop 40 -n 3 --record dipole,spikes,vsec=all,isec=all,ca=all \
    -q -o build/tsan/results --overwrite
echo "no data race"

step "fuzzing, a fixed number of runs"
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
tests/fuzz/run.sh build/fuzz

step "all tests on the release build"
ctest --test-dir "$build" --output-on-failure -j 2

step "packages: built twice, installed, run"
packaging/verify.sh "$build"
