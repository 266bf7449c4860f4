#!/usr/bin/env bash
# Breaks steps in a copy of the source: some at random, one at a time, then two at once, then a function that several steps share.
# Prints as a table which steps were broken and what the tests made of it. Returns 1 if other tests fail than theirs, or if it takes
# too long or too many lines. Needs the .NET SDK. Each line of the table takes about ten seconds, the first one a minute.
#
#   scripts/break-steps.sh [SEED [COUNT [options of dotnet test]]]
set -uo pipefail
cd "$(dirname "$0")/.."
seed=${1:-$RANDOM} count=${2:-10}
shift $(($# < 2 ? $# : 2))
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LLAMA3_BREAKS="$seed $count" LLAMA3_BREAKS_TABLE="$folder/table"

dotnet test tests/Llama3.Verify.Tests --filter FullyQualifiedName~Verify.Tests.Exercises "$@" >"$folder/printed"
status=$?
if [ "$status" -ne 0 ]; then cat "$folder/printed"; fi
echo "seed $seed"
if [ -f "$folder/table" ]; then cat "$folder/table"; fi
exit "$status"
