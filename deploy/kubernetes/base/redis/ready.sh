#!/bin/sh
# Ready: it has loaded its data and, if it is a replica, the master's too. A replica that loses its
# master stays ready for ten minutes: what it answers may be old, but nobody else answers at all.
set -eu

info=$(redis-cli -h "${REDIS_HOST:-127.0.0.1}" -p "${REDIS_PORT:-6379}" info | tr -d '\r')
field() { echo "$info" | sed -n "s/^$1://p"; }

[ "$(field loading)" = 0 ] || exit 1
[ "$(field role)" = slave ] || exit 0
[ "$(field master_sync_in_progress)" = 0 ] || exit 1
[ "$(field master_link_status)" = up ] && exit 0
# A negative number, or one since 1970, says that it never had a master.
away=$(field master_link_down_since_seconds)
[ "${away:--1}" -ge 0 ] && [ "$away" -lt 600 ]
