# Runs once, when the database is made: the apps get a role that owns its own database and nothing
# else. It is no superuser, so it can neither read files nor start programs of this pod.
set -eu

psql --username postgres --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" <<'END'
CREATE ROLE fib LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE fib OWNER fib;
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
-- The superuser has no password any more: it logs in on the pod's socket and nowhere else.
ALTER ROLE postgres PASSWORD NULL;
END
