#!/bin/sh
# Copies the Dapr resources of folder $1 to $2/<app id>, for each app the ones that name it in their
# scopes, with the hosts and passwords of this network instead of the laptop's. `npm start` and the
# cluster use the same files.
set -eu

from=$1 to=$2
for app in "$to"/*; do
    rm -f "$app"/*.yaml
    for file in "$from"/*.yaml; do
        grep -qx "  - ${app##*/}" "$file" || continue
        case $file in
        *-replica.yaml) host=$REPLICA_HOST ;;
        *) host=redis ;;
        esac
        sed -e "s/value: localhost:6379/value: $host:6379/" \
            -e "/name: redisPassword/{n;s/value: .*/value: \"$REDIS_PASSWORD\"/;}" \
            -e "/name: connectionString/{n;s/value: .*/value: host=postgres port=5432 user=fib password=$POSTGRES_PASSWORD dbname=fib/;}" \
            "$file" >"$app/${file##*/}"
    done
    cp "${CONFIG:-/dapr-config.yaml}" "$app/dapr-config.yaml"
    # They hold passwords: only the sidecars' user reads them.
    chmod 0500 "$app"
    chmod 0400 "$app"/*.yaml
    chown -R "${OWNER:-1000:1000}" "$app"
done
