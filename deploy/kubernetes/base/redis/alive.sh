#!/bin/sh
# Alive: it answers, whatever it says. Looks at nothing but itself: a probe that looked at the
# master would restart the replicas when the master goes.
set -eu

answer=$(redis-cli -h "${REDIS_HOST:-127.0.0.1}" -p "${REDIS_PORT:-6379}" ping 2>&1)
case $answer in
PONG | LOADING* | MASTERDOWN*) ;;
*) echo "$answer" >&2 && exit 1 ;;
esac
