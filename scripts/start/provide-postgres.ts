import { join } from "node:path";
import { freePort, isTaken } from "../local/ports.ts";
import { answers, startPostgres } from "../local/postgres.ts";
import { type PostgresSettings, postgresFromEnvironment } from "../local/postgres-settings.ts";
import type { ProvideOptions } from "./provide-redis.ts";

/** Uses the Postgres that the environment names, or starts the one that npm brought. */
export async function providePostgres(options: ProvideOptions): Promise<PostgresSettings> {
  const { folder, offset, say, stopping, claim } = options;
  const named = postgresFromEnvironment();
  if (named) {
    const where = `${named.host}:${named.port}, database ${named.database}, user ${named.user}`;
    await answers(named).catch((error: Error) => {
      throw new Error(
        `Postgres on ${where} does not let us in: ${error.message}\nSet DATABASE_URL (or PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE) right, or unset them for a Postgres of our own.`,
      );
    });
    say(`Postgres: using the one that the environment names (${where}).`);
    return named;
  }
  // Nobody but our API talks to it, so any port will do when the usual one is taken.
  const usual = 5432 + offset;
  const port = (await isTaken(usual)) ? await freePort() : usual;
  const postgres = await startPostgres({ port, folder: join(folder, "postgres"), say, detached: true });
  stopping.later("Postgres", () => postgres.stop());
  await claim.note(postgres.pid);
  say(`Postgres: started on port ${port}, data in ${postgres.dataFolder}.`);
  const { host, user, password, database } = postgres;
  return { host, port, user, password, database };
}
