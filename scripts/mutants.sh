#!/usr/bin/env bash
# Changes the source in one place after the other (Stryker.NET), runs the tests, and tells which changes none of them notices.
# Needs the .NET SDK. docs/mutants.md says what was found, and how long it takes.
#
#   scripts/mutants.sh [--tests FILTER] PLACE...
#
# A PLACE is a folder or a file of one project in src, such as src/Llama3.Checking/Comparing. FILTER is that of dotnet test; without it, all
# tests of the project are asked. The report lies in artifacts/mutants, as a page and as JSON. The source itself stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
tests=
if [ "${1:-}" = --tests ]; then tests=$2; shift 2; fi
project=$(cut -d/ -f2 <<<"${1:?a folder or a file of src}")
places=()
for place in "$@"; do
  place=${place%/}
  [[ -e "$place" && "$place" == "src/$project/"* ]] || { echo "there is no $place in src/$project" >&2; exit 2; }
  [ -d "$place" ] && place+="/**/*.cs"
  places+=("\"${place#src/$project/}\"")
done
report=$PWD/artifacts/mutants/${1#src/}
rm -rf "$report" && mkdir -p "$report"

cat >"$report/config.json" <<END
{ "stryker-config": {
  "project": "$project.csproj",
  "mutate": [$(IFS=,; echo "${places[*]}")],
  "test-case-filter": "$tests",
  "mutation-level": "Complete",
  "coverage-analysis": "perTest",
  "concurrency": $(nproc),
  "additional-timeout": 60000,
  "reporters": ["html", "json", "dots", "cleartext"]
} }
END
dotnet tool restore >/dev/null
cd "tests/$project.Tests"
# Tests that wait for others would find nothing. Every change starts a process, which shall not compile with all optimisations what it runs once.
LLAMA3_NOTHING_WAITS=1 DOTNET_TieredCompilation=1 dotnet stryker --config-file "$report/config.json" --output "$report" --skip-version-check |
  tee "$report/printed"
