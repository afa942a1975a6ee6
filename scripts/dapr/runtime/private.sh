# Sourced by the app's and by the sidecar's start, in either order. Makes $private_folder, which only this user
# can enter, and in it the token that the app demands of its sidecar. Sets APP_API_TOKEN unless it is set.
umask 077
mkdir -p "$private_folder"
# Fails for a folder that belongs to somebody else.
chmod 700 "$private_folder"
if [ -z "${APP_API_TOKEN:-}" ]; then
  if [ ! -s "$private_folder/app-token" ]; then
    od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n' >"$private_folder/app-token.$$"
    # A link appears at once and whole, and only one of two can make it.
    ln "$private_folder/app-token.$$" "$private_folder/app-token" 2>/dev/null || :
    rm -f "$private_folder/app-token.$$"
  fi
  APP_API_TOKEN=$(cat "$private_folder/app-token")
  export APP_API_TOKEN
fi
