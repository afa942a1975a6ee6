import pg from "pg";
import { createClient } from "redis";
import type { Redis } from "../local/redis.ts";
import type { Lab } from "./lab.ts";

/** What can be done to a part: an app means the app and its sidecar, like a pod. */
interface Part {
  kill(): Promise<unknown>;
  stop(): Promise<unknown>;
  /** Ends it, when it still runs, and starts it again. */
  start(): Promise<unknown>;
}

const past: Record<keyof Part, string> = { kill: "killed", stop: "stopped", start: "started" };

/** @returns what is said to whoever turned the switch. */
export async function switches(lab: Lab, part: string, verb: string, body: string): Promise<string> {
  if (part === "redis" && verb === "ask") return askRedis(lab.system.redis, body);
  if (part === "redis-replica" && verb === "ask") return askRedis(lab.redisReplica(), body);
  if (part === "postgres" && verb === "ask") return askPostgres(lab, body);
  if (part === "calculator" && verb === "add") {
    await lab.addCalculator();
    return `calculator: there are ${lab.system.calculator.length} now`;
  }
  const there = parts(lab);
  const found = there[part];
  if (!found || !(verb in past)) {
    throw new Error(
      `POST /<part>/<kill|stop|start>, parts: ${Object.keys(there).join(", ")}; POST /calculator/add; POST /redis/ask, /redis-replica/ask and /postgres/ask with a command; GET /traces/<id>`,
    );
  }
  await found[verb as keyof Part]();
  return `${part}: ${past[verb as keyof Part]}`;
}

function parts(lab: Lab): Record<string, Part> {
  const { system } = lab;
  const pod = (appId: "api" | "calculator"): Part => {
    const replica = system[appId][0]!;
    return {
      kill: () => replica.kill(),
      stop: () => replica.stop(),
      async start() {
        // The app first: the sidecar waits for it.
        await replica.app.restart();
        await replica.sidecar.restart();
        await replica.ready();
      },
    };
  };
  const service = (each: {
    kill(): Promise<void>;
    stop(): Promise<void>;
    restart(): Promise<void>;
  }): Part => ({
    kill: () => each.kill(),
    stop: () => each.stop(),
    start: () => each.restart(),
  });
  const replica = lab.redisReplica();
  return {
    api: pod("api"),
    calculator: pod("calculator"),
    "api-sidecar": service(system.api[0]!.sidecar),
    "calculator-sidecar": service(system.calculator[0]!.sidecar),
    redis: service(system.redis),
    postgres: service(system.postgres),
    "redis-replica": replica
      ? service(replica)
      : { kill: nothing, stop: nothing, start: () => lab.startRedisReplica() },
  };
}

async function nothing(): Promise<void> {}

/** Runs a command like "XLEN submitted", without a redis-cli. */
async function askRedis(redis: Redis | undefined, command: string): Promise<string> {
  if (!redis) throw new Error("It was not started yet.");
  const client = createClient({ url: `redis://${redis.host}:${redis.port}` });
  client.on("error", () => {});
  await client.connect();
  try {
    return JSON.stringify(await client.sendCommand(command.trim().split(/\s+/)));
  } finally {
    await client.close();
  }
}

/** Runs a statement, without a psql; one line of JSON for each row. */
async function askPostgres(lab: Lab, statement: string): Promise<string> {
  const { host, port, user, password, database } = lab.system.postgres;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    return (await client.query(statement)).rows.map((row) => JSON.stringify(row)).join("\n");
  } finally {
    await client.end();
  }
}
