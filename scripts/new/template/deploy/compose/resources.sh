#!/bin/sh
# Copies the Dapr resources of $1 to $2 with the host and password of this network in place of the
# laptop's. The files stay the ones that `npm start` and the cluster use.
set -eu

from=$1 to=$2
for file in "$from"/*.yaml; do
    case $file in */kustomization.yaml) continue ;; esac
    sed -e "s/value: localhost:6379/value: redis:6379/" \
        -e "/name: redisPassword/{n;s/value: .*/value: \"$REDIS_PASSWORD\"/;}" \
        "$file" >"$to/${file##*/}"
done
cp /dapr-config.yaml "$to/dapr-config.yaml"
# The sidecar does not run as root.
chmod 755 "$to"
chmod 644 "$to"/*
