#!/usr/bin/env bash
# The drift check of one stack: both commands, one report in the formats that are asked for.
#
#   drift.sh text=- markdown="$GITHUB_STEP_SUMMARY" sarif=drift.sarif
#
# Each argument is FORMAT=FILE; `-` is standard output, other files are appended to. The exit code is the report's:
# 0 no drift, 7 findings, 1 something could not be read. DRIFT_FOLDER, when set, keeps the JSON, for one report over many stacks.
set -uo pipefail
if [ -n "${DRIFT_FOLDER:-}" ]; then
  folder=$DRIFT_FOLDER
  mkdir -p "$folder"
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
pulumi refresh --preview-only --json --non-interactive > "$folder/1-refresh.json"
pulumi preview --refresh --json --non-interactive > "$folder/2-preview.json"
status=0
for wanted in "${@:-text=-}"; do
  format=${wanted%%=*} file=${wanted#*=}
  [ "$file" = - ] && file=/dev/stdout
  python -m association report --format "$format" "$folder"/*.json >> "$file"
  code=$?
  [ "$code" -gt "$status" ] && status=$code
done
exit "$status"
