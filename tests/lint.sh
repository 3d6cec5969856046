#!/bin/sh
# Format and static analysis without a warning.
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.c' '*.h' '*.cpp' | xargs clang-format --dry-run -Werror
python3 tests/structure/doubles.py
cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr --enable=warning,performance,portability \
    --suppress=missingIncludeSystem --suppress=preprocessorErrorDirective \
    -Iruntime -Iruntime/include -Ikernels -D_GNU_SOURCE -j 2 runtime kernels
