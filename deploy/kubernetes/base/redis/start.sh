#!/bin/sh
# Becomes the Redis of one pod. Ordinal 0 is the master; every other ordinal follows it. Settings
# that are not described here: lib.sh.
#
#   REDIS_PERSISTENCE  what the master keeps on disk: aof (default) or rdb
#   REDIS_REPLICAS     what a replica keeps: same as the master (default) or nothing
#   REDIS_MAXMEMORY    bytes of data, for example 320mb
#   REDIS_PATIENCE     seconds that an empty master waits for peers that do not answer (60)
#   REDIS_QUIET        seconds for which no peer may exist before an empty master starts (10)
set -eu

: "${POD_INDEX:?}" "${REDISCLI_AUTH:?}"
scripts=$(dirname "$0")
# shellcheck source=lib.sh
. "$scripts/lib.sh"

persistence=${REDIS_PERSISTENCE:-aof}
case $persistence in
aof | rdb) ;;
*) say "REDIS_PERSISTENCE=$persistence is neither aof nor rdb" && exit 2 ;;
esac
if [ "$POD_INDEX" != 0 ] && [ "${REDIS_REPLICAS:-same}" = nothing ]; then
    persistence=nothing
fi

umask 077
rm -f "$refused"
# Redis takes no lock on its folder, and two servers in one folder destroy its files. Kubernetes
# starts the next pod while the last one still runs when a pod is deleted by force or a node is lost;
# the next one waits here. Redis, which replaces this shell, keeps the lock.
if [ "$persistence" != nothing ]; then
    exec 9>"$data/lock"
    if ! flock -w 100 9; then
        say "Another server uses $data."
        exit 1
    fi
fi

# shellcheck source=restore.sh
. "$scripts/restore.sh"
suffix=
if begin_anew; then
    # New data are marked as such: replicas give their own up for them.
    suffix=_anew
elif [ "$POD_INDEX" = 0 ]; then
    # shellcheck source=guard.sh
    . "$scripts/guard.sh"
fi

hash_of() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
passwords="#$(hash_of "$REDISCLI_AUTH")${previous:+ #$(hash_of "$previous")}"

# Written at each start, to memory: it holds the password.
{
    echo "bind ${REDIS_BIND:-* -::*}"
    echo "port $port"
    echo "protected-mode no"
    echo "dir $data"
    # Full is an error that the apps see and retry; evicting would lose what was accepted.
    echo "maxmemory ${REDIS_MAXMEMORY:-320mb}"
    echo "maxmemory-policy noeviction"
    # A replica that was disconnected briefly resumes from here instead of copying everything.
    echo "repl-backlog-size 16mb"
    echo "repl-diskless-sync-delay 0"
    # More often than a replica's timeout (below), which would take silence for a lost connection.
    echo "repl-ping-replica-period 3"
    case $persistence in
    # What the master acknowledged is on the disk: with "everysec" a busy disk may cost two seconds of
    # it in a crash. Commands that come together share one sync, so this costs latency, not much rate.
    aof)
        printf '%s\n' 'appendonly yes' 'save ""'
        if [ "$POD_INDEX" = 0 ]; then echo 'appendfsync always'; else echo 'appendfsync everysec'; fi
        ;;
    # For shares on which an open file cannot be renamed (SMB), which the append-only file needs.
    rdb) printf '%s\n' 'appendonly no' 'save 15 1' ;;
    # A replica that has data already copies the master's by way of a file, which is deleted afterwards.
    nothing) printf '%s\n' 'appendonly no' 'save ""' 'repl-diskless-load on-empty-db' 'rdb-del-sync-files yes' ;;
    esac
    if [ "$POD_INDEX" = 0 ]; then
        # Only the user of the data's lineage may replicate; lineage.sh makes it once the data are loaded.
        echo "user default on $passwords ~* &* +@all -psync -sync"
    else
        echo "user default on $passwords ~* &* +@all"
        echo "replicaof $(address 0) $port"
        # Nobody, until lineage.sh knows that the master's data continue this replica's.
        echo "masteruser nobody"
        echo "masterauth \"$REDISCLI_AUTH\""
        # A new master pod has a new address, and the old one may answer nothing at all: after this
        # many seconds the name is looked up again. The default is 60.
        echo "repl-timeout 15"
        announced=$(address "$POD_INDEX")
        echo "replica-announce-ip ${announced%.}"
        # Old values are right values: they never change.
        echo "replica-serve-stale-data yes"
        echo "replica-read-only yes"
    fi
} >"$config"

# Beside Redis for as long as it runs. It must not hold the lock of the data.
sh "$scripts/lineage.sh" $$ "$passwords" "$suffix" 9>&- &

# In place of this shell, so that the signal to end reaches Redis, which then saves.
exec redis-server "$config"
