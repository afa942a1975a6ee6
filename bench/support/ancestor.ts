import { Client } from "pg";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { run } from "../../scripts/local/process.ts";
import { startService } from "../../scripts/local/service.ts";
import type { System } from "../../scripts/local/system.ts";
import { answersOk } from "../../scripts/local/wait-for.ts";

/** The baseline, running. */
export interface Ancestor {
  port: number;
  redisUrl: string;
  pids: number[];
  stop(): Promise<void>;
}

/** Starts the baseline on the same servers as ours, in another Redis database and another Postgres database. */
export async function startAncestor({ redis, postgres }: System): Promise<Ancestor> {
  const { host, port, user, password } = postgres.admin;
  const database = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}`;
  const admin = new Client({ connectionString: `${database}/postgres` });
  await admin.connect();
  await admin.query("CREATE DATABASE ancestor");
  await admin.end();

  const appPort = await freePort();
  const redisUrl = `redis://${redis.host}:${redis.port}/1`;
  const command = (name: string) => ({
    name: `ancestor ${name}`,
    command: process.execPath,
    args: ["--import", "tsx", `bench/ancestor/${name}.ts`],
    cwd: cloneFolder,
    env: {
      ...process.env,
      NODE_ENV: "production",
      APP_PORT: String(appPort),
      REDIS_URL: redisUrl,
      DATABASE_URL: `${database}/ancestor`,
    },
  });
  const server = await startService({
    command: command("server"),
    ready: () => answersOk(`http://127.0.0.1:${appPort}/`),
    readyWhat: "the ancestor",
  });
  const worker = await run(command("worker"));
  return {
    port: appPort,
    redisUrl,
    pids: [server.pid, worker.pid],
    async stop() {
      await Promise.all([server.stop(), worker.stop()]);
    },
  };
}
