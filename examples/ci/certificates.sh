#!/usr/bin/env bash
# Fails with 7 when a certificate expires within so many days, with 1 when a file cannot be used; prints which and why.
#
#   certificates.sh 45 certs/*.pem
set -uo pipefail
read=$(python -m association certificate --json --expiry-warning-days "$1" "${@:2}")
status=$?
jq --raw-output '.files[] | .source as $file
  | if .error then .error.message else .judgements[] | select(.severity == "error") | "\($file) \(.message)" end' <<< "$read"
[ "$status" -eq 0 ] || exit 1
ending=$(jq --raw-output '.files[] | .source as $file | .judgements[] | select(.code == "expires-soon") | "\($file) \(.message)"' <<< "$read")
[ -z "$ending" ] || { echo "$ending"; exit 7; }
echo "no certificate expires within $1 days"
