import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isTaken, whoListens } from "../local/ports.ts";
import { answersPing, ask, startRedis } from "../local/redis.ts";
import type { FolderClaim } from "./folder-claim.ts";
import type { Stopping } from "./stopping.ts";

/** What the components need to know of Redis. */
export type RedisAddress = { host: string; port: number; password?: string };

/** What a part of the start is given. */
export type ProvideOptions = {
  folder: string;
  offset: number;
  say: (line: string) => void;
  stopping: Stopping;
  claim: FolderClaim;
};

/**
 * Uses the Redis that answers on REDIS_HOST (host or host:port, by default localhost:6379, with
 * REDIS_PASSWORD), or starts one there whose data stays in our folder. Ours has a password, by
 * default a new one in every start: without, every user of this machine could publish and write.
 */
export async function provideRedis(options: ProvideOptions): Promise<RedisAddress> {
  const { folder, offset, say, stopping, claim } = options;
  const { host, port } = configured(offset);
  const password = process.env.REDIS_PASSWORD || undefined;
  const address = { host, port, ...(password ? { password } : {}) };
  const name = `${host}:${port}`;
  if (await answersPing(host, port, password)) {
    say(`Redis: using the one that answers on ${name}.`);
    return address;
  }
  if (
    /NOAUTH|WRONGPASS|invalid.*password/i.test(
      await ask(host, port, password ? `AUTH ${password}\r\nPING\r\n` : "PING\r\n"),
    )
  ) {
    throw new Error(
      `Redis on ${name} wants another password. Set REDIS_PASSWORD, or REDIS_HOST to another Redis.`,
    );
  }
  if (!["localhost", "127.0.0.1", "::1"].includes(host)) {
    throw new Error(
      `No Redis answers on ${name} (REDIS_HOST). Start it, or unset REDIS_HOST for one of our own.`,
    );
  }
  if (await isTaken(port)) {
    const who = (await whoListens(port)) ?? "another program";
    throw new Error(
      `Port ${port} is taken by ${who}, which is no Redis. Stop it, or set REDIS_HOST=localhost:6380.`,
    );
  }
  const data = join(folder, "redis");
  const requirepass = password ?? randomBytes(18).toString("base64url");
  const redis = await startRedis({ port, folder: data, detached: true, options: { requirepass } });
  stopping.later("Redis", () => redis.stop());
  await claim.note(redis.pid);
  say(`Redis: started on port ${port}, data in ${data}.`);
  return { ...address, password: requirepass };
}

function configured(offset: number): { host: string; port: number } {
  const text = process.env.REDIS_HOST;
  const match = /^(.+?)(?::(\d+))?$/.exec(text || `localhost:${6379 + offset}`);
  const port = Number(match?.[2] ?? process.env.REDIS_PORT ?? 6379);
  if (!match || !Number.isInteger(port)) throw new Error(`REDIS_HOST=${text} is not a host or host:port.`);
  return { host: match[1]!, port };
}
