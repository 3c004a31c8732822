#!/usr/bin/env bash
# Sends a dispatch and prints the answer. Needs bash, curl and node.
#
#   examples/send.sh [-k key] [file]     without a file: stdin
#
# -k   Idempotency-Key; default: a hash of the body, so that the same request again is the same page. -k '' sends none.
#
# LIFELINE_URL and LIFELINE_TOKEN say where to and as whom; default: the local run, from .local/credentials.json.
set -euo pipefail

key=body
while getopts k: option; do
  case $option in k) key=$OPTARG ;; *) echo 'examples/send.sh [-k key] [file]' >&2; exit 2 ;; esac
done
shift $((OPTIND - 1))

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
credentials=$root/.local/credentials.json
if [ -z "${LIFELINE_URL:-}" ] || [ -z "${LIFELINE_TOKEN:-}" ]; then
  [ -f "$credentials" ] || { echo 'Run npm start first, or set LIFELINE_URL and LIFELINE_TOKEN.' >&2; exit 2; }
fi
credential() { node -p "JSON.parse(require('fs').readFileSync(process.argv[1])).$1" "$credentials"; }
url=${LIFELINE_URL:-$(credential apiUrl)}
token=${LIFELINE_TOKEN:-$(credential tokens.send)}

body=$(cat "${1:--}")
[ -n "$body" ] || { echo 'The dispatch is empty.' >&2; exit 2; }
if [ "$key" = body ]; then
  key=$(printf %s "$body" | node -p "require('crypto').createHash('sha256').update(require('fs').readFileSync(0)).digest('hex')")
fi

# The token goes in by stdin: other users of the machine can read a command line.
answer=$(curl --silent --show-error --max-time 30 --config - --write-out '\n%{http_code}' "$url/notifications" \
  --header 'Content-Type: application/json' ${key:+--header "Idempotency-Key: $key"} --data-raw "$body" \
  <<<"header = \"Authorization: Bearer $token\"")
echo "${answer##*$'\n'} ${answer%$'\n'*}"
[ "${answer##*$'\n'}" -lt 400 ]
