#!/bin/sh
# Fetches the files that VENDORED.md lists from the npm registry, and prints their checksums for it.
# To move to another release, change a version here, run this, and bring VENDORED.md up to date.
set -eu
graphiql=4.1.2
react=18.3.1

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent --ignore-scripts "graphiql@$graphiql" "react@$react" "react-dom@$react" >/dev/null

take() { tar -xzOf "$1" "package/$2" >"$here/graphiql/$3"; }
take "graphiql-$graphiql.tgz" graphiql.min.js graphiql.min.js
take "graphiql-$graphiql.tgz" graphiql.min.css graphiql.min.css
take "graphiql-$graphiql.tgz" LICENSE LICENSE.graphiql
take "react-$react.tgz" umd/react.production.min.js react.production.min.js
take "react-dom-$react.tgz" umd/react-dom.production.min.js react-dom.production.min.js
take "react-$react.tgz" LICENSE LICENSE.react

cd "$here/graphiql"
sha256sum -- *
