import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type Postgres, startPostgres } from "../../scripts/local/postgres.ts";
import type { PostgresSettings } from "../../scripts/local/postgres-settings.ts";

describe("The role of the Postgres binding", () => {
  let folder: string;
  let postgres: Postgres;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fib-role-"));
    // As root, Postgres runs as another user, who has to get in.
    await chmod(folder, 0o711);
    postgres = await startPostgres({ folder, say: () => {} });
  }, 60_000);
  afterAll(async () => {
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
    if (postgres) await rm(postgres.dataFolder, { recursive: true, force: true });
  });

  async function ask(login: PostgresSettings, sql: string): Promise<unknown[]> {
    const { host, port, user, password, database } = login;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  test("creates, fills and reads tables of its own", async () => {
    await ask(postgres, "CREATE TABLE mine (id int PRIMARY KEY); INSERT INTO mine VALUES (1)");
    expect(await ask(postgres, "SELECT id FROM mine")).toEqual([{ id: 1 }]);
  });

  test.each([
    ["starts no program", "COPY (SELECT 1) TO PROGRAM 'true'"],
    ["reads no file", "SELECT pg_read_file('PG_VERSION')"],
    ["lists no folder", "SELECT pg_ls_dir('.')"],
    ["writes no file", "COPY (SELECT 1) TO '/tmp/fib-role-proof'"],
    ["changes no setting", "ALTER SYSTEM SET work_mem = '1GB'"],
    ["creates no role", "CREATE ROLE another SUPERUSER"],
    ["creates no database", "CREATE DATABASE another"],
    ["raises no right of its own", "ALTER ROLE fib SUPERUSER"],
    ["reads no password", "SELECT rolpassword FROM pg_authid"],
  ])("%s", async (_what, sql) => {
    await expect(ask(postgres, sql)).rejects.toThrow(/permission denied|must be/i);
  });

  test.each(["postgres", "template1"])("does not enter the database %s", async (database) => {
    await expect(ask({ ...postgres, database }, "SELECT 1")).rejects.toThrow(/permission denied/);
  });

  test("takes over the tables that an earlier version kept in the superuser's database", async () => {
    const older = await mkdtemp(join(tmpdir(), "fib-older-"));
    await chmod(older, 0o711);
    const first = await startPostgres({ folder: older, say: () => {} });
    try {
      const old = { ...first.admin, database: "template1" };
      await ask(old, "DROP DATABASE fib");
      await ask(first.admin, "CREATE TABLE entries (id int); INSERT INTO entries VALUES (40)");
      await first.stop();
      const second = await startPostgres({ folder: older, say: () => {} });
      try {
        expect(await ask(second, "SELECT id FROM entries")).toEqual([{ id: 40 }]);
        await ask(second, "ALTER TABLE entries ADD COLUMN more text");
      } finally {
        await second.stop();
      }
    } finally {
      await first.stop();
      await rm(older, { recursive: true, force: true });
      await rm(first.dataFolder, { recursive: true, force: true });
    }
  }, 60_000);
});
