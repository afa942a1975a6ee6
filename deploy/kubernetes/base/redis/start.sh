#!/bin/sh
# Becomes the Redis of one pod. Ordinal 0 is the master; every other one follows it.
#
#   POD_INDEX          the pod's ordinal
#   REDISCLI_AUTH      the password, of this server and of the master
#   REDIS_PERSISTENCE  what the master keeps on disk: aof (default) or rdb
#   REDIS_REPLICAS     what a replica keeps: same as the master (default) or nothing
#   REDIS_NODE, REDIS_PORT, REDIS_BIND, REDIS_DATA, REDIS_CONFIG, REDIS_MAXMEMORY: places and sizes
#   REDIS_BEGIN_ANEW   a folder; a file `yes` in it lets an empty master start all the same
set -eu

: "${POD_INDEX:?}" "${REDISCLI_AUTH:?}"
node=${REDIS_NODE:-redis-statefulset-%d.redis-headless}
port=${REDIS_PORT:-6379}
data=${REDIS_DATA:-/data}
config=${REDIS_CONFIG:-/run/redis/redis.conf}

say() { echo "start.sh: $*" >&2; }
# The address of an ordinal: a name, never a pod's IP, which changes.
# shellcheck disable=SC2059
address() { printf "$node" "$1"; }

has_data() {
    [ -s "$data/dump.rdb" ] && return
    find "$data/appendonlydir" -name '*.aof' -o -name '*.rdb' 2>/dev/null | grep -q .
}

# How many keys an ordinal has; nothing when it does not answer.
keys_of() {
    timeout 3 redis-cli -h "$(address "$1")" -p "$port" dbsize 2>/dev/null | grep -x '[0-9][0-9]*' || true
}

# A replica makes itself equal to its master. If the master lost its disk, that would delete the
# last copies: so a master without data asks first, and does not start while a replica has keys.
if [ "$POD_INDEX" = 0 ] && ! has_data && [ ! -e "${REDIS_BEGIN_ANEW:-/begin-anew}/yes" ]; then
    for ordinal in 1 2 3 4 5 6 7 8 9; do
        keys=$(keys_of "$ordinal")
        if [ "${keys:-0}" -gt 0 ]; then
            say "REFUSED: this master has no data, and $(address "$ordinal") has $keys keys that it would delete."
            say "Bring the data back to $data, or say that it may begin anew (docs/deploy/redis.md)."
            exit 1
        fi
    done
fi

persistence=${REDIS_PERSISTENCE:-aof}
if [ "$POD_INDEX" != 0 ] && [ "${REDIS_REPLICAS:-same}" = nothing ]; then
    persistence=nothing
fi

umask 077
# Redis takes no lock on its folder, and two servers in one folder destroy its files. Kubernetes
# starts the next pod while the last one still runs when a pod is deleted by force, or when a node is
# lost; this one waits then. The lock goes with the process that takes the place of this shell.
if [ "$persistence" != nothing ]; then
    exec 9>"$data/lock"
    if ! flock -w 100 9; then
        say "Another server uses $data."
        exit 1
    fi
fi

# Written anew at each start, to memory: it holds the password.
{
    echo "bind ${REDIS_BIND:-* -::*}"
    echo "port $port"
    echo "protected-mode no"
    echo "dir $data"
    echo "requirepass \"$REDISCLI_AUTH\""
    echo "masterauth \"$REDISCLI_AUTH\""
    # Full is an error that the apps see and retry; evicting would lose what was accepted.
    echo "maxmemory ${REDIS_MAXMEMORY:-320mb}"
    echo "maxmemory-policy noeviction"
    # A replica that was away for a moment resumes from here instead of copying everything.
    echo "repl-backlog-size 16mb"
    echo "repl-diskless-sync-delay 0"
    # More often than a replica's patience (below), or silence would be taken for an end.
    echo "repl-ping-replica-period 3"
    case $persistence in
    # What the master acknowledged is on the disk: with "everysec" a busy disk may cost two seconds of
    # it in a crash. Commands that come together share one sync, so this costs time, not much rate.
    aof)
        printf '%s\n' 'appendonly yes' 'save ""'
        if [ "$POD_INDEX" = 0 ]; then echo 'appendfsync always'; else echo 'appendfsync everysec'; fi
        ;;
    # For shares on which an open file cannot be renamed (SMB), which the append-only file needs.
    rdb) printf '%s\n' 'appendonly no' 'save 15 1' ;;
    # A replica that has data already copies the master's by way of a file, which goes again.
    nothing) printf '%s\n' 'appendonly no' 'save ""' 'repl-diskless-load on-empty-db' 'rdb-del-sync-files yes' ;;
    *) say "REDIS_PERSISTENCE=$persistence is neither aof nor rdb" && exit 2 ;;
    esac
    if [ "$POD_INDEX" != 0 ]; then
        echo "replicaof $(address 0) $port"
        # A new master has a new address, and the old one may answer nothing at all: after this many
        # seconds the name is looked up again. The default is 60.
        echo "repl-timeout 15"
        echo "replica-announce-ip $(address "$POD_INDEX")"
        # Old values are right values: they never change.
        echo "replica-serve-stale-data yes"
        echo "replica-read-only yes"
    fi
} >"$config"

# In place of this shell, so that the signal to end reaches Redis, which then saves.
exec redis-server "$config"
