import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { findRedisServer } from "../../../scripts/local/find-redis.ts";
import { freePort } from "../../../scripts/local/ports.ts";
import { type Running, run } from "../../../scripts/local/process.ts";
import { ask } from "../../../scripts/local/redis.ts";
import { waitFor } from "../../../scripts/local/wait-for.ts";
import { kubernetes } from "./combinations.ts";

const scripts = join(kubernetes, "base/redis");
const password = "secret1";

/** Redis pods without a cluster: each has an address of its own, as a headless Service gives it, and a folder. */
export type RedisPods = {
  /** Runs start.sh for an ordinal; returns at once. Its stop() is the cluster's: settle.sh, then SIGTERM. */
  launch(ordinal: number, env?: Record<string, string>): Promise<Running>;
  /** Launches, runs recount.sh, and waits until ready.sh agrees, as a StatefulSet does before the next one. */
  start(ordinal: number, env?: Record<string, string>): Promise<Running>;
  /** What an ordinal answers to commands. */
  ask(ordinal: number, ...commands: string[]): Promise<string>;
  /** The text of GET, or undefined. */
  get(ordinal: number, key: string): Promise<string | undefined>;
  /** Whether a script agrees. */
  probe(ordinal: number, script: "ready" | "alive" | "recount" | "settle"): Promise<boolean>;
  /** The /data of an ordinal. */
  data(ordinal: number): string;
  /** All files below its /data. */
  files(ordinal: number): Promise<string[]>;
  /** Ends everything and removes the folders. */
  stop(): Promise<void>;
};

/**
 * @param env what the StatefulSet of the layout sets.
 * @param share true: one folder with a sub-path for each ordinal, as storage/shared-files mounts it.
 */
export async function redisPods(env: Record<string, string> = {}, share = false): Promise<RedisPods> {
  const server = await findRedisServer();
  const port = await freePort();
  const { command, env: found } = server.commandFor({ host: "", port, folder: "", args: [] });
  if (!command.endsWith("redis-server"))
    throw new Error(`start.sh needs redis-server and redis-cli, not ${command}`);
  const root = await mkdtemp(join(tmpdir(), "fib-redis-"));
  // All of 127.0.0.0/8 is this machine; a network of our own keeps runs side by side apart.
  const network = `127.77.${1 + (port % 250)}`;
  const address = (ordinal: number) => `${network}.1${ordinal}`;
  const data = (ordinal: number) => join(root, share ? `share/redis/${ordinal}` : `disk-${ordinal}`);
  const pods: Running[] = [];

  const environment = (ordinal: number) => ({
    ...process.env,
    ...found,
    PATH: [dirname(command), process.env.PATH].join(delimiter),
    POD_INDEX: String(ordinal),
    REDISCLI_AUTH: password,
    REDIS_HOST: address(ordinal),
    REDIS_PORT: String(port),
  });

  const pod: RedisPods = {
    async launch(ordinal, more = {}) {
      await mkdir(data(ordinal), { recursive: true });
      const running = await run({
        name: `redis-statefulset-${ordinal}`,
        command: "sh",
        args: [join(scripts, "start.sh")],
        env: {
          ...environment(ordinal),
          REDIS_NODE: `${network}.1%d`,
          REDIS_BIND: address(ordinal),
          REDIS_DATA: data(ordinal),
          REDIS_CONFIG: join(root, `redis-${ordinal}.conf`),
          ...env,
          ...more,
        },
      });
      const stop = async () => {
        await pod.probe(ordinal, "settle");
        await running.stop();
      };
      const stopping = { ...running, stop };
      pods.push(stopping);
      return stopping;
    },

    async start(ordinal, more) {
      const running = await pod.launch(ordinal, more);
      await waitFor(`ordinal ${ordinal}`, () => {
        if (running.hasEnded()) throw new Error(running.tail());
        return pod.probe(ordinal, "ready");
      });
      await pod.probe(ordinal, "recount");
      return running;
    },

    ask: (ordinal, ...commands) =>
      ask(address(ordinal), port, [`AUTH ${password}`, ...commands, ""].join("\r\n")),

    async get(ordinal, key) {
      return /\$\d+\r\n([^\r]+)/.exec(await pod.ask(ordinal, `GET ${key}`))?.[1];
    },

    probe: (ordinal, script) =>
      promisify(execFile)("sh", [join(scripts, `${script}.sh`)], { env: environment(ordinal) }).then(
        () => true,
        () => false,
      ),

    data,

    async files(ordinal) {
      const entries = await readdir(data(ordinal), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },

    async stop() {
      await Promise.all(pods.map((each) => each.stop()));
      await rm(root, { recursive: true, force: true });
    },
  };
  return pod;
}
