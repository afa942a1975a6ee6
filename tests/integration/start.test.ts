import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isGroupAlive } from "../../scripts/local/groups.ts";
import { isTaken } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import type { Ports } from "../../scripts/start/ports-from.ts";
import {
  allPorts,
  endStarts,
  freeOffset,
  groupsOf,
  npmStart as npmStartAt,
  startAndWait as startAndWaitAt,
} from "../support/npm-start.ts";

const deadline = 120_000;
let offset: number;
let ports: Ports;
let folder: string;
const npmStart = () => npmStartAt({ folder, offset });
const startAndWait = (...more: string[]) => startAndWaitAt({ folder, offset }, ["start"], more);

beforeAll(async () => {
  ({ offset, ports } = await freeOffset());
  folder = await mkdtemp(join(tmpdir(), "fib-start-"));
  // As root, Postgres runs as another user, who has to get in.
  await chmod(folder, 0o711);
});

afterEach(endStarts, deadline);

afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  "npm start serves the page and the invoke endpoint, and Ctrl-C leaves nothing behind",
  async () => {
    const start = await startAndWait();
    const groups = await groupsOf(folder);
    expect(groups.length).toBeGreaterThanOrEqual(3);
    expect((await fetch(`http://localhost:${ports.api.appPort}/`)).headers.get("content-type")).toMatch(
      /html/,
    );
    expect(await submit(30)).toBe(202);
    await waitFor("the entry in the history", async () => (await history()).length === 1);

    start.signal("SIGINT");
    await start.ended;
    expect(await stillThere(groups)).toEqual([]);
  },
  deadline,
);

test(
  "what was entered is there at the next start, and SIGTERM stops it too",
  async () => {
    const start = await startAndWait();
    const groups = await groupsOf(folder);
    expect((await history()).map(({ number }) => number)).toEqual([30]);
    expect(await submit(31)).toBe(202);
    await waitFor("the second entry", async () => (await history()).length === 2);

    start.signal("SIGTERM");
    await start.ended;
    await waitFor("the end of every part", async () => (await stillThere(groups)).length === 0);
  },
  deadline,
);

test(
  "what a start that was killed left running is ended by the next one",
  async () => {
    const killed = await startAndWait();
    const groups = await groupsOf(folder);
    killed.signal("SIGKILL");
    await killed.ended;
    expect(await stillThere(groups)).not.toEqual([]);

    const next = await startAndWait();
    expect(next.output()).toMatch(/killed and left processes behind/);
    for (const group of groups) expect(await isGroupAlive(group)).toBe(false);
    expect((await history()).length).toBe(2);
  },
  deadline,
);

test(
  "without the dapr CLI the same parts are started, and Ctrl-C lets the apps drain",
  async () => {
    const start = await startAndWait("--without-cli");
    expect(start.output()).toContain("without the dapr CLI");
    const groups = await groupsOf(folder);
    // Redis, Postgres, two apps, three sidecars.
    expect(groups.length).toBe(7);
    expect(await submit(32)).toBe(202);
    await waitFor("the third entry", async () => (await history()).length === 3);

    start.signal("SIGINT");
    await start.ended;
    expect(start.output()).not.toMatch(/error|failed/i);
    expect(await stillThere(groups)).toEqual([]);
  },
  deadline,
);

test(
  "a taken port is told in one message with what to do, and nothing is started",
  async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(ports.caller.daprHTTPPort, "127.0.0.1", resolve));
    try {
      const start = npmStart();
      expect(await start.ended).toBe(1);
      expect(start.output()).toMatch(
        new RegExp(`Port ${ports.caller.daprHTTPPort} .* is taken by .*${process.pid}`),
      );
      expect(start.output()).toMatch(/--port-offset/);
      expect(start.output()).not.toMatch(/started|at .*\.ts:\d+/);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  },
  deadline,
);

async function submit(index: number): Promise<number> {
  const response = await fetch(`${invoke()}/values`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ index }),
  });
  await response.text();
  return response.status;
}

async function history(): Promise<{ number: number }[]> {
  return (await (await fetch(`${invoke()}/values/all`)).json()) as { number: number }[];
}

function invoke(): string {
  return `http://localhost:${ports.caller.daprHTTPPort}/v1.0/invoke/api/method`;
}

/** What of a start still runs, or still listens. */
async function stillThere(groups: number[]): Promise<string[]> {
  const there: string[] = [];
  for (const group of groups) if (await isGroupAlive(group)) there.push(`group ${group}`);
  for (const port of allPorts(ports, offset)) if (await isTaken(port)) there.push(`port ${port}`);
  return there;
}
