#!/bin/sh
# Copies the Dapr resources of $1 to $2 with the hosts and passwords of this network in place of
# the laptop's. The files stay the ones that `npm start` and the cluster use.
set -eu

from=$1 to=$2
for file in "$from"/*.yaml; do
    host=redis
    case $file in
    */kustomization.yaml) continue ;;
    *-replica.yaml) host=$REPLICA_HOST ;;
    esac
    sed -e "s/value: localhost:6379/value: $host:6379/" \
        -e "/name: redisPassword/{n;s/value: .*/value: \"$REDIS_PASSWORD\"/;}" \
        -e "/name: connectionString/{n;s/value: .*/value: host=postgres port=5432 user=fib password=$POSTGRES_PASSWORD dbname=fib/;}" \
        "$file" >"$to/${file##*/}"
done
cp "${CONFIG:-/dapr-config.yaml}" "$to/dapr-config.yaml"
# The sidecars run as nobody in particular.
chmod 755 "$to"
chmod 644 "$to"/*
