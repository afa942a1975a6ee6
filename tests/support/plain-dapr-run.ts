import { chmod, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { startPostgres } from "../../scripts/local/postgres.ts";
import { run } from "../../scripts/local/process.ts";
import { startRedis } from "../../scripts/local/redis.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { isLoopback, listeningBelow } from "./listening.ts";

/** What the test looks at. */
export type PlainRun = {
  seconds: number;
  accepted: string;
  value: string;
  eventRoute: number;
  binding: number;
  listening: number;
  elsewhere: string[];
  modes: string[];
  output: string;
};

const invoke = "http://localhost:3500/v1.0/invoke/api/method";

/**
 * What the README says for a machine that has Dapr, Redis and Postgres: its SQL, then `dapr run -f dapr.yaml`,
 * then its curl. In a network namespace of its own, since the ports are the usual ones.
 *
 * @param cli the dapr CLI
 */
async function plainRun(cli: string): Promise<PlainRun> {
  const folder = await mkdtemp(join(tmpdir(), "fib-plain-"));
  // The files of the clone, so that nothing is written into it.
  const names = ["apps", "components", "scripts", "dist", "dapr.yaml", "dapr-config.yaml"];
  for (const name of names) await symlink(join(cloneFolder, name), join(folder, name));
  const redis = await startRedis({ port: 6379, folder: join(folder, "redis") });
  const postgres = await startPostgres({ port: 5432, folder: await shared(), say: () => {} });
  await giveRole(postgres.admin);
  const from = performance.now();
  const dapr = await run({ name: "dapr run", command: cli, args: ["run", "-f", "dapr.yaml"], cwd: folder });
  try {
    const accepted = await waitFor("an accepted submission", async () => {
      const response = await fetch(`${invoke}/values`, { method: "POST", body: '{"index": 40}' });
      return response.status === 202 ? response.text() : undefined;
    });
    const value = await waitFor("the value", async () => {
      const text = await (await fetch(`${invoke}/values/40`)).text();
      return text.includes('"calculated"') ? text : undefined;
    });
    const seconds = (performance.now() - from) / 1_000;
    const post = async (url: string) => (await fetch(url, { method: "POST", body: "{}" })).status;
    const found = await listeningBelow(dapr.pid);
    const sockets = join(folder, ".local", "dapr-run");
    return {
      seconds,
      accepted,
      value,
      eventRoute: await post("http://localhost:3000/subscriptions/record"),
      binding: await post("http://localhost:3500/v1.0/bindings/entries"),
      listening: found.length,
      elsewhere: found.filter((each) => !isLoopback(each)).map(({ command, port }) => `${command} ${port}`),
      modes: await Promise.all(
        [sockets, join(sockets, "app-token"), join(sockets, "dapr-api-http.socket")].map(modeOf),
      ),
      output: dapr.tail(),
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${dapr.tail()}`);
  } finally {
    await dapr.stop();
    await postgres.stop();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(postgres.dataFolder, { recursive: true, force: true });
  }
}

/** As root, Postgres runs as another user, who has to get in. */
async function shared(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fib-plain-postgres-"));
  await chmod(folder, 0o711);
  return folder;
}

/** The statements of the README, instead of the role that the local Postgres comes with. */
async function giveRole(admin: {
  host: string;
  port: number;
  user: string;
  password: string;
}): Promise<void> {
  const readme = await readFile(join(cloneFolder, "README.md"), "utf8");
  const statements = /```sql\n([\s\S]*?)```/.exec(readme)?.[1]?.trim().split("\n") ?? [];
  const { host, port, user, password } = admin;
  const client = new Client({ host, port, user, password, database: "postgres" });
  await client.connect();
  for (const sql of ["DROP DATABASE fib", "DROP ROLE fib", ...statements]) await client.query(sql);
  await client.end();
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

console.log(JSON.stringify(await plainRun(process.argv[2]!)));
process.exit();
