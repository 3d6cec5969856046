#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The CUDA engine on a GPU: builds, runs the golden cases and the comparisons with the native
# engine on the device, measures, and prints a table for docs/benchmarks.md.
#
#     tests/gpu/run.sh [-b BUILD_FOLDER] [-a ARCHITECTURES] [-n TRIALS] [-q] [-d]
#
#     -b  build folder, made when it is missing (default: build/gpu)
#     -a  compute capabilities to build for, as 90 or "80;90" (default: this GPU's)
#     -n  trials of the large batch (default: 1000)
#     -q  quick: no golden cases and no compute-sanitizer, only comparisons and figures
#     -d  dry: on a machine without GPU, the same steps with the kernels on the processor,
#         10 trials of 10 ms; the figures then say nothing about a GPU
#
# Exit status: 0 when everything agreed.  Every step is run, also after one that failed.
set -u

source=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$source/build/gpu
architectures=
trials=1000
quick=
dry=
while getopts b:a:n:qd option; do
    case $option in
    b) build=$OPTARG ;;
    a) architectures=$OPTARG ;;
    n) trials=$OPTARG ;;
    q) quick=1 ;;
    d) dry=1 ;;
    *) exit 2 ;;
    esac
done
case $build in
/*) ;;
*) build=$PWD/$build ;;
esac
failures=

say() { printf '\n== %s\n' "$*"; }

# step NAME COMMAND ...: runs it, and remembers when it failed.
step() {
    name=$1
    shift
    say "$name"
    if "$@"; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        failures="$failures
  $name"
    fi
}

# ---- the machine -----------------------------------------------------------------

say "Machine"
date -u +%Y-%m-%d
uname -srm
if [ -z "$dry" ]; then
    command -v nvidia-smi >/dev/null || {
        echo "nvidia-smi was not found: there is no GPU here (-d runs dry)" >&2
        exit 3
    }
    nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap,clocks.max.sm \
        --format=csv,noheader || exit 3
    [ -n "$architectures" ] || architectures=$(nvidia-smi --query-gpu=compute_cap \
        --format=csv,noheader | head -n 1 | tr -d '. ')
fi

# ---- building ---------------------------------------------------------------------

python=${HNN_PYTHON:-/usr/bin/python3}
neuron=OFF # nothing here needs it
command -v nrniv >/dev/null && neuron=ON

configure() {
    set -- -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release -DHNN_NEURON="$neuron"
    if [ -n "$dry" ]; then
        set -- "$@" -DHNN_CUDA=OFF
    else
        set -- "$@" -DHNN_CUDA=ON -DHNN_CUDA_ARCHITECTURES="$architectures"
    fi
    if [ ! -f "$build/CMakeCache.txt" ] && command -v ninja >/dev/null; then
        set -- "$@" -G Ninja
    fi
    if cmake "$@" >"$build.log" 2>&1 && cmake --build "$build" --parallel >>"$build.log" 2>&1; then
        return 0
    fi
    tail -n 30 "$build.log"
    return 1
}
mkdir -p "$build"
step "Build" configure
[ -z "$failures" ] || exit 1

export HNN_BUILD="$build" PYTHONDONTWRITEBYTECODE=1
hnn=$build/bin/hnn-run
bench=$build/bin/bench_engine
tstop=170
if [ -n "$dry" ]; then
    export HNN_PREFIX="$build/tests/cuda" LD_LIBRARY_PATH="$build/tests/cuda/driver"
    trials=10
    tstop=10
else
    export HNN_CUDA_DEVICE=1
    "$hnn" doctor
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ---- agreement ----------------------------------------------------------------------

evoked=$source/examples/evoked.yaml
step "Same bits as the native engine, mixed precision near them" "$python" "$source/tests/cuda/test_cuda.py"
if [ -z "$quick" ] && [ -z "$dry" ]; then
    for case in default_legacy evoked alpha gamma recordings_3x3; do
        step "Golden case $case" "$python" "$source/tests/golden/check_case.py" "$case" json cuda
    done
fi

# Mixed precision in a whole golden case; short ones are among the comparisons above.
near_double() {
    case=$source/tests/golden/$1/network.json
    set -- --tstop "$2" -n "$3" -s postprocess.smooth=0
    "$hnn" run "$case" -e native "$@" -q -o "$scratch/double" --overwrite &&
        "$hnn" run "$case" -e cuda --precision mixed "$@" -q -o "$scratch/mixed" --overwrite &&
        "$python" "$source/tests/golden/tier_b.py" "$scratch/mixed" "$scratch/double"
}
if [ -z "$quick" ] && [ -z "$dry" ]; then
    step "Tier B of mixed precision, evoked" near_double evoked 170 10
    step "Tier B of mixed precision, default_legacy" near_double default_legacy 170 10
    step "Tier B of mixed precision, gamma" near_double gamma 150 1
fi

# ---- memory errors and races ---------------------------------------------------------

# sanitize TOOL PRECISION
sanitize() {
    compute-sanitizer --tool "$1" --error-exitcode 9 "$hnn" run \
        "$source/tests/golden/recordings_3x3/network.json" -e cuda --precision "$2" -n 3 --tstop 5 \
        -s postprocess.smooth=0 --record dipole,spikes,vsec=all,isec=all,ca=all \
        --overwrite -o "$scratch/sanitized"
}
if [ -z "$quick" ] && [ -z "$dry" ]; then
    if command -v compute-sanitizer >/dev/null; then
        for tool in memcheck racecheck initcheck synccheck; do
            step "compute-sanitizer, $tool" sanitize "$tool" double
            step "compute-sanitizer, $tool, mixed precision" sanitize "$tool" mixed
        done
    else
        say "compute-sanitizer was not found: memory errors and races were not looked for"
    fi
fi

# ---- figures -------------------------------------------------------------------------

# figures ENGINE TRIALS ...: alone, without the files of a run; ENGINE may be "mixed cuda"
figures() {
    engine=$1
    shift
    # shellcheck disable=SC2086  # one word or two
    "$bench" $engine "$evoked" "$tstop" "$(nproc)" "$@"
}
# Sums over all bits of both engines, for the same number of trials
same_bits() {
    cuda=$(figures cuda 4 | awk '$1 == "cuda" { print $NF }')
    native=$(figures native 4 | awk '$1 == "native" { print $NF }')
    echo "cuda $cuda, native $native"
    [ -n "$cuda" ] && [ "$cuda" = "$native" ]
}
step "Same bits of a batch" same_bits
[ -z "$dry" ] && many="10 100 $trials" || many=$trials
# shellcheck disable=SC2086  # several numbers
step "Evoked, $tstop ms, CUDA engine" figures cuda 1 $many
# shellcheck disable=SC2086  # several numbers
step "Evoked, $tstop ms, CUDA engine, mixed precision" figures "mixed cuda" 1 $many
step "Evoked, $tstop ms, native engine" figures native 1 10

say "Summary"
if [ -n "$failures" ]; then
    echo "failed:$failures"
    exit 1
fi
echo "everything agreed"
