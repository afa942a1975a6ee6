import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
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

/** Puts the names of the pods into the place of the machine's, for the shell that follows alone. */
const separate =
  'mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && mount --bind "$0/resolv.conf" /etc/resolv.conf && exec sh "$1"';

/** Arguments of unshare: an ordinary user needs a user namespace to mount in. */
const unshare = ["--mount", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];

/** Whether the pods can have names of their own here: Linux, where mounts of a process are allowed. */
export async function canRunRedisPods(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  try {
    await promisify(execFile)("unshare", [...unshare, "mount", "--bind", "/etc/hosts", "/etc/hosts"]);
    return true;
  } catch (error) {
    process.stderr.write(`The Redis scripts are not tested, since ${(error as Error).message}\n`);
    return false;
  }
}

/**
 * Redis pods without a cluster: each has a name, an address and a folder of its own. A pod that was
 * launched has a name until it is taken away, as a headless Service gives it.
 */
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
  /** Takes the names of ordinals away, as a pod that is deleted loses its name. */
  unname(...ordinals: number[]): Promise<void>;
  /** Gives an ordinal its name back. */
  nameAgain(ordinal: number): Promise<void>;
  /** Breaks the resolver: what is not known is no longer "no such name" but a failure. */
  breakResolver(): Promise<void>;
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
  const named = new Set<number>();
  const nameThem = () =>
    writeFile(
      join(root, "hosts"),
      [...named].map((ordinal) => `${address(ordinal)} redis-${ordinal}.pods.test\n`).join(""),
    );
  await nameThem();
  // Nobody listens at this address: asking it fails, which is not "no such name".
  await writeFile(join(root, "resolv.conf"), `nameserver ${network}.53\noptions timeout:1 attempts:1\n`);
  await writeFile(join(root, "nsswitch.conf"), "hosts: files\n");

  const environment = (ordinal: number) => ({
    ...process.env,
    ...found,
    PATH: [dirname(command), process.env.PATH].join(delimiter),
    POD_INDEX: String(ordinal),
    REDISCLI_AUTH: password,
    REDIS_HOST: address(ordinal),
    REDIS_PORT: String(port),
    REDIS_NODE: "redis-%d.pods.test",
    REDIS_CONFIG: join(root, `redis-${ordinal}.conf`),
    REDIS_QUIET: "0",
  });

  const pod: RedisPods = {
    async launch(ordinal, more = {}) {
      await mkdir(data(ordinal), { recursive: true });
      await pod.nameAgain(ordinal);
      const running = await run({
        name: `redis-statefulset-${ordinal}`,
        command: "unshare",
        args: [...unshare, "sh", "-c", separate, root, join(scripts, "start.sh")],
        env: {
          ...environment(ordinal),
          REDIS_BIND: address(ordinal),
          REDIS_DATA: data(ordinal),
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

    async unname(...ordinals) {
      for (const ordinal of ordinals) named.delete(ordinal);
      await nameThem();
    },

    async nameAgain(ordinal) {
      named.add(ordinal);
      await nameThem();
    },

    breakResolver: () => writeFile(join(root, "nsswitch.conf"), "hosts: files dns\n"),

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
