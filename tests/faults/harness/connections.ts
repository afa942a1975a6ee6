import { Client } from "pg";
import { createClient } from "redis";
import type { System } from "../../../scripts/local/system.ts";

/** Asks Postgres directly, past the system, on a connection of its own. */
export async function askPostgres<Row extends object>(
  system: System,
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  const client = await connectPostgres(system);
  try {
    return (await client.query<Row>(sql, params)).rows;
  } finally {
    await client.end();
  }
}

/** A connection that the caller ends. */
export async function connectPostgres({ postgres }: System): Promise<Client> {
  const { host, port, user, password, database } = postgres;
  const client = new Client({ host, port, user, password, database, connectionTimeoutMillis: 5_000 });
  // The server is stopped under us on purpose.
  client.on("error", () => {});
  await client.connect();
  return client;
}

export type RedisCommand = <Answer>(...words: string[]) => Promise<Answer>;

/** Asks Redis directly, past the system, on a connection of its own. */
export async function askRedis<Answer>(
  { redis }: System,
  ask: (command: RedisCommand) => Promise<Answer>,
): Promise<Answer> {
  const client = createClient({
    socket: { host: redis.host, port: redis.port, connectTimeout: 5_000, reconnectStrategy: false },
  });
  client.on("error", () => {});
  await client.connect();
  try {
    return await ask(<Reply>(...words: string[]) => client.sendCommand(words) as Promise<Reply>);
  } finally {
    client.destroy();
  }
}
