#!/bin/sh
# Runs beside one Redis for as long as it lives: lineage.sh PID PASSWORDS SUFFIX.
#
# Every set of data has a lineage, a random name that the master gives it once and that is replicated,
# saved and restored with the data (as an empty function library: DBSIZE and SCAN do not see it). The
# master lets only the user of that name replicate. A replica takes the master's lineage as its user
# when it has nothing to lose or has data of that lineage. So a master with other data, for example an
# empty one, cannot overwrite a replica, whatever starts first: Redis itself refuses the login.
set -eu

redis=$1
passwords=$2
suffix=$3
scripts=$(dirname "$0")
# shellcheck source=lib.sh
. "$scripts/lib.sh"

own_lineage() { own function list libraryname 'lineage_*' | lineage_in || true; }
keys() { own dbsize | grep -x '[0-9]*' || echo unknown; }
loaded() { [ "$(own ping)" = PONG ] && own info persistence | tr -d '\r' | grep -qx 'loading:0'; }
alive() { kill -0 "$redis" 2>/dev/null; }

# Gives the data a lineage if they have none, and lets its user replicate.
lead() {
    name=$(own_lineage)
    if [ -z "$name" ]; then
        name=lineage_$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')$suffix
        printf '#!lua name=%s\nredis.register_function("%s", function() return 1 end)' "$name" "$name" |
            own -x function load >/dev/null
        [ "$(own_lineage)" = "$name" ] || return 1
    fi
    # shellcheck disable=SC2086
    [ "$(own acl setuser "$name" reset on $passwords -@all +psync +sync +replconf +ping)" = OK ]
}

refuse() {
    [ -e "$refused" ] || say "$*"
    echo "$*" >"$refused"
}

# Follows the master when its data continue this replica's.
follow() {
    if own info replication | tr -d '\r' | grep -qx master_link_status:up; then
        rm -f "$refused"
        return
    fi
    theirs=$(ask 0 function list libraryname 'lineage_*')
    case $theirs in
    *lineage_*) theirs=$(echo "$theirs" | lineage_in) ;;
    # A master of a version before this one: it lets the default user replicate.
    "") [ "$(ask 0 acl dryrun default psync x 0)" = OK ] && theirs=default || return 0 ;;
    *) return 0 ;;
    esac
    mine=$(own_lineage)
    here=$(keys)
    case $theirs in
    "$mine" | *_anew) ;;
    *)
        if [ "$here" = 0 ] || begin_anew; then
            :
        elif [ -z "$mine" ] && [ "$(ask 0 dbsize)" != 0 ]; then
            # Data from before there were lineages.
            :
        else
            refuse "REFUSED: this replica has $here keys of $mine, and the master has other data ($theirs)." \
                "It keeps them and does not follow (docs/deploy/redis.md)."
            return 0
        fi
        ;;
    esac
    accepted=$REDISCLI_AUTH
    case $(redis-cli -h "$(address 0)" -p "$port" ping 2>&1) in
    *WRONGPASS* | *NOAUTH*) accepted=${previous:-$accepted} ;;
    esac
    # By standard input: arguments can be read by every process of the pod.
    printf 'config set masteruser %s masterauth "%s"\n' "$theirs" "$accepted" | own >/dev/null
    # It was taken off its master to be copied (guard.sh).
    ! own role | head -n 1 | grep -qx master || own replicaof "$(address 0)" "$port" >/dev/null
}

until loaded; do
    alive || exit 0
    sleep 0.2
done
if [ "$POD_INDEX" = 0 ]; then
    while alive && ! lead; do sleep 1; done
else
    while alive; do
        follow || true
        sleep 1
    done
fi
