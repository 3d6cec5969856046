#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Format and static analysis without a warning.
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format --dry-run -Werror
python3 tests/structure/doubles.py
cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --enable=warning,performance,portability \
    --suppress=missingIncludeSystem --suppress=preprocessorErrorDirective \
    -Iruntime -Iruntime/include -Ikernels -D_GNU_SOURCE -j 2 runtime kernels

# Nothing in runtime/ knows an engine by name but the engine itself.  "cuda" is also the key of what
# was found of CUDA, and may be compared where that is looked for.
if git ls-files 'runtime/*.c' 'runtime/*.h' | grep -v '^runtime/engine/neuron/' |
    xargs grep -nE '"(native|neuron)["+]|"cuda[+]|ENGINE_(NATIVE|NEURON|CUDA)' /dev/null ||
    git ls-files 'runtime/*.c' 'runtime/*.h' | grep -v '^runtime/machine/cuda/' |
    xargs grep -nE 'cmp\(.*"cuda"' /dev/null; then
    echo "lint.sh: the name of an engine outside its folder" >&2
    exit 1
fi

# Mechanisms are known by the catalogue alone, not by name: no text of the sources is one of theirs, but
# where hnn-core's formats are read and hnn/1's defaults stand.  (ca is also an ion and a recording.)
names=$(git ls-files 'mechanisms/*.mod' 'mechanisms/builtin/*.mod' | xargs sed -nE 's/^ *(SUFFIX|POINT_PROCESS) +//p' |
    grep -vx ca | paste -sd '|')
found=$(git ls-files 'runtime/*' 'kernels/*' | grep -E '\.(c|h|cpp|cu)$' |
    grep -vE '^runtime/model/(import/.*|.*defaults\.h|(.*/)?(hnncore|flat)_[^/]*)$' | xargs grep -nE "\"($names)\"" || true)
if [ -n "$found" ]; then
    printf '%s\n' 'mechanisms compared by name (look them up in the catalogue):' "$found" >&2
    exit 1
fi

# Every source says its licence.
without=$(git ls-files '*.c' '*.h' '*.cpp' '*.cu' '*.py' '*.sh' '*.cmake' '*CMakeLists.txt' |
    xargs grep -L 'SPDX-License-Identifier: BSD-3-Clause')
if [ -n "$without" ]; then
    printf '%s\n' 'sources without a licence line (SPDX-License-Identifier):' "$without" >&2
    exit 1
fi
