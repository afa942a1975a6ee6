/**
 * Memory of each process at rest, and while and after 100,000 submissions:
 *
 *     node --import tsx bench/memory.ts [submissions]
 *
 * Linux only: it reads /proc. The clients run in this process, which is not counted.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import { type System, startSystem } from "../scripts/local/system.ts";
import { waitFor } from "../scripts/local/wait-for.ts";

const submissions = Number(process.argv[2] ?? 100_000);
const clients = 32;
const largestIndex = 20_000;

const system = await startSystem({ say: () => {} });
try {
  const rows: Record<string, number>[] = [];
  const moments: string[] = [];
  const measure = async (moment: string) => {
    moments.push(moment);
    rows.push(await memory(system));
  };
  await measure("at rest");
  const started = performance.now();
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await submit(Math.round(submissions / 4));
    await recorded(Math.round(submissions * part));
    await measure(`after ${Math.round(submissions * part).toLocaleString("en")}`);
  }
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${submissions} submissions in ${seconds.toFixed(0)} s, resident memory in MB:\n`);
  const names = Object.keys(rows[0]!);
  console.log(`| process | ${moments.join(" | ")} |\n|---|${moments.map(() => "---:|").join("")}`);
  for (const name of names) console.log(`| ${name} | ${rows.map((row) => row[name]).join(" | ")} |`);
} finally {
  await system.stop();
}

async function submit(count: number): Promise<void> {
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const index = Math.floor(Math.random() * largestIndex);
      const body = JSON.stringify({ index });
      for (let status = 0; status !== 202; ) {
        const response = await fetch(`${system.apiUrl}/values`, { method: "POST", body });
        await response.text();
        status = response.status;
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
}

async function recorded(count: number): Promise<void> {
  const { host, port, user, password, database } = system.postgres;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  const look = async () =>
    Number((await client.query("SELECT count(*) FROM entries")).rows[0].count) >= count;
  await waitFor("the entries in Postgres", look, { deadlineMs: 120_000, everyMs: 500 });
  await client.end();
}

/** Postgres is its processes together, without what they share counted twice. */
async function memory({ api, calculator, redis, postgres }: System): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "pid=", "--ppid", String(postgres.pid)]);
  const backends = stdout.split("\n").map(Number).filter(Boolean);
  return {
    API: await resident(api[0]!.app.pid),
    "its sidecar": await resident(api[0]!.sidecar.pid),
    calculator: await resident(calculator[0]!.app.pid),
    "its sidecar ": await resident(calculator[0]!.sidecar.pid),
    Redis: await resident(redis.pid),
    Postgres: Math.round(
      (await Promise.all([postgres.pid, ...backends].map(proportional))).reduce((sum, each) => sum + each),
    ),
  };
}

async function resident(pid: number): Promise<number> {
  return Math.round((await kilobytes(`/proc/${pid}/status`, /VmRSS:\s+(\d+)/)) / 1_024);
}

async function proportional(pid: number): Promise<number> {
  return (await kilobytes(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m).catch(() => 0)) / 1_024;
}

async function kilobytes(file: string, pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await readFile(file, "utf8"))?.[1] ?? 0);
}
