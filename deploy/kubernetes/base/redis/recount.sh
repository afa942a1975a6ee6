#!/bin/sh
# Runs after a pod's start. Redis keeps for each consumer group how many events it has read, but a
# read is not written to the append-only file in full: after a rewrite of the file and a restart,
# `lag` counts events that were read long ago, and goes on doing so. A scaler that asks for it would
# never go to zero (options/keda). So the master counts anew what lies behind each group's last event.
set -eu

[ "$POD_INDEX" = 0 ] || exit 0
cli() { redis-cli -h "${REDIS_HOST:-127.0.0.1}" -p "${REDIS_PORT:-6379}" "$@"; }

tries=600
until [ "$(cli ping 2>/dev/null)" = PONG ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || exit 0
    sleep 0.2
done

# shellcheck disable=SC2016
cli eval '
local function named(list)
  local fields = {}
  for at = 1, #list, 2 do fields[list[at]] = list[at + 1] end
  return fields
end
local function recount(stream)
  local added = named(redis.call("XINFO", "STREAM", stream))["entries-added"]
  for _, info in ipairs(redis.call("XINFO", "GROUPS", stream)) do
    local group = named(info)
    local last, unread = group["last-delivered-id"], 0
    repeat
      local events = redis.call("XRANGE", stream, "(" .. last, "+", "COUNT", 100)
      unread = unread + #events
      if #events > 0 then last = events[#events][1] end
    until #events < 100
    redis.call("XGROUP", "SETID", stream, group.name, group["last-delivered-id"], "ENTRIESREAD", added - unread)
  end
end
local cursor = "0"
repeat
  local page = redis.call("SCAN", cursor, "TYPE", "stream", "COUNT", 1000)
  cursor = page[1]
  for _, stream in ipairs(page[2]) do recount(stream) end
until cursor == "0"' 0 >&2 || true
