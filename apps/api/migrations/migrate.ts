import type { Database } from "../database.ts";
import { type Migration, migrations } from "./migrations.ts";

/** Any number that nothing else in the database locks. */
const lock = 7_302_061;

/**
 * Brings the database to the newest version: runs the migrations that have not run yet, in their order,
 * each in a transaction of its own. Safe to run by several replicas at once, again after a failure, and
 * while replicas of an older version work: the lock makes them take turns, and a migration notes in its own
 * transaction that it ran.
 * @throws SidecarError when the database cannot be reached or refuses a statement; nothing of that migration is there then.
 */
export async function migrate(database: Database, list: Migration[] = migrations): Promise<void> {
  await database.execute(`
    SELECT pg_advisory_xact_lock(${lock});
    CREATE TABLE IF NOT EXISTS migrations (
      number int PRIMARY KEY,
      name text NOT NULL,
      ran_at timestamptz NOT NULL DEFAULT now()
    );`);
  for (const { number, name, sql } of list) {
    // Several statements without parameters are one transaction. The statements of a DO block are planned when
    // they are reached, so that those of a migration that has run may name what is no longer there.
    await database.execute(`
      SELECT pg_advisory_xact_lock(${lock});
      DO $migration$ BEGIN
        IF EXISTS (SELECT FROM migrations WHERE number = ${number}) THEN RETURN; END IF;
        ${sql}
        INSERT INTO migrations (number, name) VALUES (${number}, '${name}');
      END $migration$;`);
  }
}
