import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { findRedisServer } from "./find-redis.ts";
import { freePort } from "./ports.ts";
import { type Service, startService } from "./service.ts";

/** Beside the data; Redis finds it from there. */
const passwordFile = "password.conf";

/** A Redis server that we started. */
export type Redis = Service & { readonly host: string; readonly port: number; readonly password?: string };

/** How Redis is started. */
export type RedisOptions = {
  /** By default any free one. */
  port?: number;
  /** Where the append-only file lives; made when missing. */
  folder: string;
  /** More settings of redis.conf, for example `{ requirepass: "…" }` or `{ replicaof: "127.0.0.1 6379" }`. */
  options?: Record<string, string>;
  detached?: boolean;
  onLine?: (line: string) => void;
};

/**
 * Starts a Redis (or Valkey) server for this machine only, with an append-only file that is synced
 * every second, and waits until it has loaded its data and answers.
 */
export async function startRedis({
  port,
  folder,
  options = {},
  detached,
  onLine,
}: RedisOptions): Promise<Redis> {
  const server = await findRedisServer();
  const data = resolve(folder);
  await mkdir(data, { recursive: true });
  const chosen = port ?? (await freePort());
  const host = "127.0.0.1";
  const { requirepass: password, ...others } = options;
  const settings = {
    appendonly: "yes",
    appendfsync: "everysec",
    // The append-only file is the data; a second file in another format only costs time.
    save: "",
    ...others,
    // In a file, since everybody on the machine can read a command line.
    ...(password ? { include: passwordFile } : {}),
  };
  const file = join(data, passwordFile);
  await rm(file, { force: true });
  if (password) await writeFile(file, `requirepass ${JSON.stringify(password)}\n`, { mode: 0o600 });
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...value.split(" ")]);
  const service = await startService({
    command: {
      name: "redis",
      ...server.commandFor({ host, port: chosen, folder: data, args }),
      cwd: data,
      ...(detached === undefined ? {} : { detached }),
      ...(onLine ? { onLine } : {}),
    },
    ready: () => answersPing(host, chosen, password),
    readyWhat: `Redis on ${host}:${chosen}`,
  });
  return Object.assign(service, { host, port: chosen, ...(password ? { password } : {}) });
}

/** True when a Redis answers there and lets us in. */
export async function answersPing(host: string, port: number, password?: string): Promise<boolean> {
  const login = password ? `AUTH ${password}\r\n` : "";
  return (await ask(host, port, `${login}PING\r\n`)).includes("+PONG");
}

/** What the server answers to inline commands within a second; empty when nobody is there. */
export function ask(host: string, port: number, commands: string): Promise<string> {
  return new Promise((answer) => {
    let heard = "";
    const socket = connect({ host, port });
    const done = () => {
      socket.destroy();
      answer(heard);
    };
    socket.setTimeout(1_000, done);
    socket.once("connect", () => socket.write(`${commands}QUIT\r\n`));
    socket.on("data", (chunk) => {
      heard += chunk.toString("utf8");
    });
    socket.once("end", done);
    socket.once("error", done);
  });
}
