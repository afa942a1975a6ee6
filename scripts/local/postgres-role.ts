import { randomBytes } from "node:crypto";
import { Client } from "pg";
import type { PostgresSettings } from "./postgres-settings.ts";

/** The name of the role, and of its database. */
const name = "fib";

/**
 * Gives the binding a role of its own, which may create tables in one database and own them, and
 * nothing else: no superuser, no program, no file, no other database. Its password is new each time.
 * Tables of an earlier version, which the superuser owned in its own database, are taken along.
 *
 * @param admin a superuser's login
 */
export async function leastPrivilegedRole(admin: PostgresSettings): Promise<PostgresSettings> {
  const password = randomBytes(18).toString("base64url");
  // A template has to be free of other connections, so this one goes to template1.
  await inDatabase({ ...admin, database: "template1" }, async (client) => {
    const exists = async (sql: string) => (await client.query(sql, [name])).rows.length > 0;
    const role = `${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '${password}'`;
    const known = await exists("SELECT FROM pg_roles WHERE rolname = $1");
    await client.query(`${known ? "ALTER" : "CREATE"} ROLE ${role}`);
    if (!(await exists("SELECT FROM pg_database WHERE datname = $1"))) {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${admin.database}`);
    }
    for (const database of [name, admin.database, "template1"]) {
      await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    }
    await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${name}`);
  });
  await inDatabase({ ...admin, database: name }, async (client) => {
    await client.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${name}`);
    const { rows } = await client.query<{ table: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS table FROM pg_tables WHERE schemaname = 'public' AND tableowner <> $1",
      [name],
    );
    for (const { table } of rows) await client.query(`ALTER TABLE ${table} OWNER TO ${name}`);
  });
  return { ...admin, user: name, password, database: name };
}

async function inDatabase(login: PostgresSettings, work: (client: Client) => Promise<void>): Promise<void> {
  const { host, port, user, password, database } = login;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
