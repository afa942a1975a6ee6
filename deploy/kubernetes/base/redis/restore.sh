# Part of start.sh. Redis ignores dump.rdb while the append-only file is on: a snapshot that
# somebody put on an empty disk would be skipped without a word. It becomes the first part of an
# append-only file instead. Without the append-only file Redis ignores that one in the same way; there
# is no conversion for it, so it is refused.
# shellcheck shell=sh disable=SC2154
if [ "$persistence" = rdb ] && [ -e "$data/appendonlydir" ] && [ ! -s "$data/dump.rdb" ]; then
    say "REFUSED: $data holds an append-only file, which REDIS_PERSISTENCE=rdb does not read."
    say "Start with REDIS_PERSISTENCE=aof, or move appendonlydir away to start without it."
    exit 1
fi
if [ "$persistence" = aof ] && [ -s "$data/dump.rdb" ] && [ ! -e "$data/appendonlydir" ]; then
    if ! redis-check-rdb "$data/dump.rdb" >"$memory/check-$POD_INDEX" 2>&1; then
        say "REFUSED: $data/dump.rdb is not a readable snapshot: $(tail -n 1 "$memory/check-$POD_INDEX")"
        say "Replace it, or move it away to start without it (docs/deploy/redis.md)."
        exit 1
    fi
    rm -f "$memory/check-$POD_INDEX"
    say "Loading $data/dump.rdb, since there is no append-only file."
    rm -rf "$data/restoring"
    mkdir "$data/restoring"
    cp "$data/dump.rdb" "$data/restoring/appendonly.aof.1.base.rdb"
    echo "file appendonly.aof.1.base.rdb seq 1 type b" >"$data/restoring/appendonly.aof.manifest"
    sync
    # One step: after a crash there is either no append-only file or a whole one.
    mv "$data/restoring" "$data/appendonlydir"
fi
