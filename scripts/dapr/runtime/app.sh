#!/bin/sh
# Starts an app for `dapr run -f dapr.yaml` with the token that its sidecar shows: sh app.sh node dist/api/main.cjs
set -eu
runtime=$(cd "$(dirname "$0")" && pwd)
private_folder=$DAPR_UNIX_DOMAIN_SOCKET
. "$runtime/private.sh"
exec "$@"
