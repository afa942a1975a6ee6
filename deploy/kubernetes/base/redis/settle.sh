#!/bin/sh
# Runs before a pod is asked to end. A Redis that is asked while it writes its first append-only
# file, as every replica does after it copied the master, refuses and forgets it: the pod would go on
# until its grace period is over, and be killed. So this waits until the file is there.
set -eu

while redis-cli -h "${REDIS_HOST:-127.0.0.1}" -p "${REDIS_PORT:-6379}" info persistence 2>/dev/null |
    grep -q '^aof_rewrite_in_progress:1'; do
    sleep 0.2
done
