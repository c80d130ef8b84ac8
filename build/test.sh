#!/usr/bin/env bash
# Runs the tests of a configuration, with further arguments of `dotnet test`; says at the end once more what failed.
set -uo pipefail

configuration="$1"
shift
mkdir -p artifacts
log=artifacts/test.log
dotnet test tests/LlmOps.Tests -c "$configuration" --no-build --nologo --logger "console;verbosity=normal" "$@" 2>&1 | tee "$log"
result=${PIPESTATUS[0]}
if [ "$result" -ne 0 ]; then
    printf '\nWhat failed:\n'
    awk '/^  Failed / { lines = 40 } /^  (Passed|Skipped) / { lines = 0 } lines-- > 0' "$log"
fi
printf '\n%d passed, %d failed, %d skipped\n' \
    "$(grep -c '^  Passed ' "$log")" "$(grep -c '^  Failed ' "$log")" "$(grep -c '^  Skipped ' "$log")"
exit "$result"
