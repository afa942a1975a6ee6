# What the Redis scripts share: settings, the addresses of the pods, and questions to them.
#
#   POD_INDEX                the pod's ordinal; 0 is the master
#   REDISCLI_AUTH            the password, of this server and of the master
#   REDIS_PREVIOUS_PASSWORD  a second password that is accepted too, while the password is rotated
#   REDIS_NODE               printf format of a pod's host name; %d is the ordinal
#   REDIS_PORT, REDIS_BIND, REDIS_DATA, REDIS_CONFIG: port, addresses, data folder, configuration file
#   REDIS_BEGIN_ANEW         a folder with a person's word to an empty master: a file `yes` lets it start
#                            in any case, a file `copy` holds the ordinal whose data it copies first
# shellcheck shell=sh disable=SC2034
export LC_ALL=C

port=${REDIS_PORT:-6379}
data=${REDIS_DATA:-/data}
config=${REDIS_CONFIG:-/run/redis/redis.conf}
memory=$(dirname "$config")
# Holds the reason while a replica refuses to follow the master; ready.sh reads it.
refused="$memory/refused-$POD_INDEX"
previous=${REDIS_PREVIOUS_PASSWORD:-}

# An absolute name, which ends with a dot: a relative one is also tried outside the cluster, and a
# resolver that fails there would hide that the name does not exist here.
if [ -z "${REDIS_NODE:-}" ]; then
    zone=$(sed -n 's/^search \([^ ]*\.svc\.[^ ]*\).*/\1/p' /etc/resolv.conf | head -n 1)
    REDIS_NODE=redis-statefulset-%d.redis-headless${zone:+.$zone.}
fi

say() { echo "$(basename "$0"): $*" >&2; }

# shellcheck disable=SC2059
address() { printf "$REDIS_NODE" "$1"; }

# Runs a command on a pod, with the password that it accepts. Prints the answer or the error.
ask() {
    at=$(address "$1")
    shift
    answer=$(timeout 3 redis-cli -h "$at" -p "$port" "$@" 2>&1) || answer="no answer ${answer:+($answer)}"
    case $answer in
    *WRONGPASS* | *NOAUTH*)
        [ -n "$previous" ] || { echo "$answer" && return; }
        REDISCLI_AUTH=$previous timeout 3 redis-cli -h "$at" -p "$port" "$@" 2>&1 || echo "no answer"
        ;;
    *) echo "$answer" ;;
    esac
}

# Runs a command on this pod's own server.
own() { redis-cli -h "${REDIS_HOST:-127.0.0.1}" -p "$port" "$@" 2>&1; }

word=${REDIS_BEGIN_ANEW:-/begin-anew}
begin_anew() { [ -e "$word/yes" ]; }

# The lineage in an answer to FUNCTION LIST.
lineage_in() { grep -o '^lineage_[0-9a-z_]*' | head -n 1; }
