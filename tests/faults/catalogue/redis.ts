import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../../../scripts/local/wait-for.ts";
import { askPostgres, askRedis } from "../harness/connections.ts";
import { inForm } from "../harness/settings.ts";
import type { World } from "../harness/world.ts";
import type { Fault } from "./fault.ts";
import { outage } from "./outage.ts";

const atLeastRefused = 5;

export const redisFaults: Fault[] = [
  {
    name: `Redis stopped for ${inForm(5, 30)} s`,
    async strike({ system: { redis } }) {
      await redis.stop();
      await outage(inForm(5, 30));
      await redis.restart();
    },
  },
  {
    name: "Redis killed and started again on its append-only file",
    async strike(world) {
      // What the file did not have yet may be calculated again.
      world.deaths += 1;
      await world.system.redis.kill();
      await world.system.redis.restart();
    },
  },
  {
    name: "Redis started again empty",
    async strike(world) {
      // The one window that remains: an API replica that died before its entries were recorded.
      await recordedSoFar(world);
      world.deaths += 1;
      const { redis, folder } = world.system;
      await redis.kill();
      const data = join(folder, "redis");
      for (const name of await readdir(data)) await rm(join(data, name), { recursive: true });
      await redis.restart();
    },
  },
  {
    name: "a full Redis: refusals are told to the client",
    strike: (world) =>
      untilRefused(world, ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]),
  },
  {
    name: "a Redis that became a replica and refuses writes",
    strike: (world) =>
      // Nobody listens on the port of the master that it is told to follow.
      untilRefused(world, ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
  },
];

async function untilRefused({ system, ledger }: World, begin: string[], end: string[]): Promise<void> {
  const before = ledger.answers.get(503) ?? 0;
  await askRedis(system, (command) => command(...begin));
  try {
    await waitFor(
      "refusals that clients hear of",
      () => (ledger.answers.get(503) ?? 0) >= before + atLeastRefused,
    );
    await outage(inForm(2, 20));
  } finally {
    await askRedis(system, (command) => command(...end));
  }
}

async function recordedSoFar({ system, ledger }: World): Promise<void> {
  const ids = [...ledger.promised.keys()];
  await waitFor(
    "entries in Postgres",
    async () => {
      const [row] = await askPostgres<{ count: string }>(
        system,
        "SELECT count(*) FROM entries WHERE id = ANY($1::uuid[])",
        [ids],
      );
      return Number(row?.count) === ids.length;
    },
    { deadlineMs: 90_000, everyMs: 200 },
  );
}
