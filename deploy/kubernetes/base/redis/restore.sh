# Part of start.sh: what a person put into the data folder is loaded, or refused with words.
# shellcheck shell=sh disable=SC2154

# check FILE: ends with words when the file is not a whole snapshot, and cuts off what follows it. A
# snapshot that redis-cli streamed ends with a mark, which an append-only file must not contain.
check() {
    if redis-check-rdb "$1" >"$memory/check-$POD_INDEX" 2>&1; then
        end=$(sed -n 's/^\[offset \([0-9]*\)\].*RDB looks OK.*/\1/p' "$memory/check-$POD_INDEX")
        rm -f "$memory/check-$POD_INDEX"
        [ -z "$end" ] || truncate -s "$end" "$1"
        return
    fi
    say "REFUSED: $1 is not a readable snapshot: $(tail -n 1 "$memory/check-$POD_INDEX")"
    say "Replace it, or move it away to start without it (docs/deploy/redis.md)."
    exit 1
}

# restore.rdb takes the place of all data; what was here is kept beside it once.
if [ -s "$data/restore.rdb" ]; then
    check "$data/restore.rdb"
    say "Restoring $data/restore.rdb."
    rm -rf "$data/replaced"
    mkdir "$data/replaced"
    for each in appendonlydir dump.rdb; do
        [ ! -e "$data/$each" ] || mv "$data/$each" "$data/replaced/"
    done
    mv "$data/restore.rdb" "$data/dump.rdb"
fi

# Without the append-only file Redis ignores the one that is there.
if [ "$persistence" = rdb ] && [ -e "$data/appendonlydir" ] && [ ! -s "$data/dump.rdb" ]; then
    say "REFUSED: $data holds an append-only file, which REDIS_PERSISTENCE=rdb does not read."
    say "Start with REDIS_PERSISTENCE=aof, or move appendonlydir away to start without it."
    exit 1
fi

# With the append-only file Redis ignores dump.rdb: it becomes the first part of an append-only file.
if [ "$persistence" = aof ] && [ -s "$data/dump.rdb" ] && [ ! -e "$data/appendonlydir" ]; then
    check "$data/dump.rdb"
    say "Loading $data/dump.rdb, since there is no append-only file."
    rm -rf "$data/restoring"
    mkdir "$data/restoring"
    cp "$data/dump.rdb" "$data/restoring/appendonly.aof.1.base.rdb"
    echo "file appendonly.aof.1.base.rdb seq 1 type b" >"$data/restoring/appendonly.aof.manifest"
    sync
    # One step: after a crash there is either no append-only file or a whole one.
    mv "$data/restoring" "$data/appendonlydir"
fi
