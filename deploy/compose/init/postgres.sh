#!/bin/sh
# Runs once, when Postgres starts on an empty volume. Creates the database and the role of the API,
# which may create and use its own tables and nothing else.
set -eu

psql --username postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$APP_PASSWORD" <<'SQL'
CREATE ROLE fib LOGIN PASSWORD :'password';
CREATE DATABASE fib;
REVOKE ALL ON DATABASE fib, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE fib TO fib;
\connect fib
GRANT CREATE, USAGE ON SCHEMA public TO fib;
-- Without a password the superuser can log in on this container's own socket only.
ALTER ROLE postgres PASSWORD NULL;
SQL
