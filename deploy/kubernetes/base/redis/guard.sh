# Part of start.sh, for ordinal 0: a master without data does not start while another pod has data,
# or may have some. A replica makes itself equal to its master, so an empty master would delete the
# last copies. "No such name" is the only answer that says that nobody is there.
# shellcheck shell=sh disable=SC2154

# True when the disk holds keys. A file by itself says nothing: an append-only file of an empty
# database is a file too. Small ones are loaded by a server that only this shell can reach.
disk_has_keys() {
    case $persistence in
    aof) place=$data/appendonlydir appendonly=yes ;;
    *) place=$data/dump.rdb appendonly=no ;;
    esac
    size=$(find "$place" -type f \( -name '*.aof' -o -name '*.rdb' \) -exec cat {} + 2>/dev/null | head -c 65536 | wc -c)
    [ "$size" -gt 0 ] || return 1
    [ "$size" -lt 65536 ] || return 0
    socket="$memory/check-$POD_INDEX.sock"
    redis-server --port 0 --unixsocket "$socket" --dir "$data" --appendonly "$appendonly" --save "" \
        --logfile /dev/null >/dev/null 2>&1 9>&- &
    checker=$!
    keys=loading
    while kill -0 "$checker" 2>/dev/null; do
        keys=$(REDISCLI_AUTH='' redis-cli -s "$socket" dbsize 2>/dev/null | grep -x '[0-9]*') && break
        sleep 0.1
    done
    kill "$checker" 2>/dev/null || true
    wait "$checker" 2>/dev/null || true
    # Files that cannot be read are not an empty disk: Redis itself says what is wrong with them.
    [ "$keys" != 0 ]
}

# What the others have: "nobody", "empty", "N keys at NAME" or "unclear NAME: why".
peers() {
    verdict=nobody
    for ordinal in 1 2 3 4 5 6 7 8 9; do
        said=$(ask "$ordinal" dbsize)
        case $said in
        *"Name or service not known"* | *"Name does not resolve"*) continue ;;
        0) [ "$verdict" != nobody ] || verdict=empty ;;
        *[!0-9]* | "") verdict="unclear $(address "$ordinal"): $said" ;;
        *) echo "$said keys at $(address "$ordinal")" && return ;;
        esac
    done
    echo "$verdict"
}

# Brings the data of a replica here.
copy_from() {
    say "Copying the data of $(address "$1")."
    # A replica hands nothing on while it has no master; its own lineage.sh makes it follow again.
    ask "$1" replicaof no one >/dev/null
    if ! timeout 600 redis-cli -h "$(address "$1")" -p "$port" --rdb "$data/copying.rdb" >&2; then
        say "REFUSED: $(address "$1") could not be copied."
        exit 1
    fi
    mv "$data/copying.rdb" "$data/restore.rdb"
    # shellcheck source=restore.sh
    . "$scripts/restore.sh"
}

if ! disk_has_keys; then
    patience=${REDIS_PATIENCE:-60}
    quiet=${REDIS_QUIET:-10}
    began=$(date +%s)
    told=
    while :; do
        verdict=$(peers)
        waited=$(($(date +%s) - began))
        case $verdict in
        empty) break ;;
        # A pod that has just been made has no name yet.
        nobody) [ $waited -lt "$quiet" ] || break ;;
        *" keys at "*)
            if [ -s "$word/copy" ]; then
                copy_from "$(tr -dc 0-9 <"$word/copy")"
                break
            fi
            say "REFUSED: this master has no data, and there are $verdict that it would delete."
            say "Copy a replica, restore a backup, or begin anew (docs/deploy/redis.md)."
            exit 1
            ;;
        *)
            if [ $waited -ge "$patience" ]; then
                say "REFUSED: this master has no data, and a replica may have some: $verdict"
                say "Make that pod answer, or declare that the master may begin anew (docs/deploy/redis.md)."
                exit 1
            fi
            [ "$told" = "$verdict" ] || say "No data here; waiting for the answer of $verdict"
            told=$verdict
            ;;
        esac
        sleep 1
    done
fi
