#!/bin/sh
# Ready: it has loaded its data and, as a replica, has copied the master's at least once, in this life
# or in an earlier one of the same disk. A replica stays ready for as long as the master is away: its
# values are right, since a value never changes, and nobody else would answer. A replica that refuses
# to follow the master is not ready, so that a person looks.
set -eu
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

info=$(own info | tr -d '\r')
field() { echo "$info" | sed -n "s/^$1://p"; }

[ "$(field loading)" = 0 ] || exit 1
[ "$(field role)" = slave ] || exit 0
if [ -s "$refused" ]; then
    cat "$refused" >&2
    exit 1
fi
[ "$(field master_link_status)" = up ] || own function list libraryname 'lineage_*' | grep -q '^lineage_'
