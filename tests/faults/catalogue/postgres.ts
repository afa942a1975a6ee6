import type { Client } from "pg";
import { waitFor } from "../../../scripts/local/wait-for.ts";
import { connectPostgres } from "../harness/connections.ts";
import { inForm } from "../harness/settings.ts";
import type { World } from "../harness/world.ts";
import type { Fault } from "./fault.ts";
import { outage } from "./outage.ts";

export const postgresFaults: Fault[] = [
  {
    name: `Postgres stopped for ${inForm(10, 60)} s, while entries are accepted`,
    async strike(world) {
      await world.system.postgres.stop();
      await world.promises(20);
      await outage(inForm(8, 60));
      await world.system.postgres.restart();
    },
  },
  {
    name: "Postgres killed",
    async strike({ system: { postgres } }) {
      await postgres.kill();
      await postgres.restart();
    },
  },
  {
    name: "all connections of Postgres taken by others",
    async strike(world) {
      const others: Client[] = [];
      try {
        await waitFor("the last connection", () => takeAll(world, others), { deadlineMs: 60_000 });
        await world.promises(20);
        await outage(inForm(2, 20));
      } finally {
        await Promise.all(others.map((client) => client.end()));
      }
    },
  },
  {
    name: "a slow Postgres: the table is locked by somebody else",
    async strike(world) {
      const somebody = await connectPostgres(world.system);
      try {
        await somebody.query("BEGIN; LOCK TABLE entries IN ACCESS EXCLUSIVE MODE");
        await world.promises(20);
        // Longer than the statement's time-out in components/resiliency.yaml.
        await outage(inForm(3, 40));
      } finally {
        await somebody.end();
      }
    },
  },
];

/** Ends the sidecars' connections and takes their places, until there are no more. */
async function takeAll({ system }: World, others: Client[]): Promise<boolean> {
  const first = others[0] ?? (await connectPostgres(system));
  if (others.length === 0) others.push(first);
  await first.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND application_name <> 'fault' AND pid <> pg_backend_pid()`,
  );
  try {
    for (;;) {
      const other = await connectPostgres(system);
      await other.query("SET application_name = 'fault'");
      others.push(other);
    }
  } catch {
    const rows = await first.query(
      `SELECT FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND application_name <> 'fault' AND pid <> pg_backend_pid()`,
    );
    return rows.rowCount === 0;
  }
}
