#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Short fuzzing, the same every time: run.sh BUILD_DIR [libFuzzer options].
# Longer by hand: run.sh build/fuzz -runs=-1 -max_total_time=600
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$1" && pwd)/tests/fuzz_model
shift
found=$(mktemp -d) # libFuzzer writes new inputs into its first directory
trap 'rm -rf "$found"' EXIT
"$target" -runs=20000 -seed=1 -timeout=20 -rss_limit_mb=2048 -max_len=24576 -print_final_stats=1 \
    -dict="$here/model.dict" -artifact_prefix="$here/" "$@" \
    "$found" "$here/corpus" "$here/../../examples" "$here/../../models"
"$(dirname "$target")/fuzz_nmodl" -runs=50000 -seed=1 -timeout=20 -rss_limit_mb=2048 -max_len=8192 \
    -print_final_stats=1 -dict="$here/nmodl.dict" -artifact_prefix="$here/" "$@" \
    "$found" "$here/../nmodl/accepted" "$here/../nmodl/rejected" "$here/../nmodl/warned" "$here/../../mechanisms"
