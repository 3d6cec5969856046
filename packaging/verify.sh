#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Checks the packages as their users get them: builds them twice, in two folders, installs them
# with a conda implementation into fresh prefixes, and runs them there.
#
#     packaging/verify.sh [BUILD_DIR [TEST...]]
#
# BUILD_DIR (default build/release) is a build whose results the packages' have to equal; it is
# made where it is missing.  TEST: names as in packaging/conda/verify*.py, such as
# verify_relocation.Relocation.test_symlink.  Needs the Python registry once, for
# packaging/conda/requirements.txt; everything else is local.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${1:-build/release}")
shift || true
tools=build/verify-tools channel=build/channel

if ! cmp -s packaging/conda/requirements.txt $tools/requirements.txt; then
    rm -rf $tools
    python3 -m venv $tools
    $tools/bin/pip install --quiet --disable-pip-version-check -r packaging/conda/requirements.txt
    cp packaging/conda/requirements.txt $tools/
fi
if [ ! -x "$build/bin/hnn-run" ]; then
    cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
    cmake --build "$build" --target hnn-run engine_native engine_neuron comm-mpi >/dev/null
fi

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
# aarch64.sh says itself why it builds nothing.
build_all() { # SCRIPTS CHANNEL
    "$1/build.sh" "$2"
    "$1/aarch64.sh" "$2" || [ $? -eq 77 ]
}
rm -rf $channel
build_all packaging $channel
# Once more from a copy elsewhere: the same bytes have to come out.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/a copy"
git ls-files -z --cached --others --exclude-standard | grep -zv '^tests/' |
    tar --null --files-from=- --create | tar --extract --directory "$copy/a copy"
HNN_AARCH64_SYSROOT=$PWD/build/aarch64/sysroot \
    build_all "$copy/a copy/packaging" "$copy/channel" >/dev/null
diff -r $channel "$copy/channel"
echo "two builds in two folders are the same:" $channel/linux-*

export HNN_BUILD=$build HNN_CHANNEL=$PWD/$channel PYTHONDONTWRITEBYTECODE=1
cd packaging/conda
if [ $# -eq 0 ]; then
    set -- verify_files verify_solve verify_runs verify_relocation verify_cuda verify_aarch64 \
        verify_recipe
fi
"../../$tools/bin/python" -m unittest --verbose "$@"
