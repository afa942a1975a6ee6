#!/bin/sh
# Runs Redis as the user who owns its data folder. When that is your folder, the files are yours
# too: you can read, back up and delete them without root. A folder that root owns (a default
# volume, or a mount that shows no owners) goes to the image's own user.
set -eu

owner=$(stat -c %u /data) group=$(stat -c %g /data)
if [ "$owner" != 0 ] && [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid="$owner" --regid="$group" --clear-groups redis-server "$@"
fi
exec docker-entrypoint.sh redis-server "$@"
