import { readFile } from "node:fs/promises";
import { jest } from "@jest/globals";
import { connectPostgres } from "./harness/connections.ts";
import { everythingHolds } from "./harness/evidence.ts";
import { startWorld, type World } from "./harness/world.ts";

jest.setTimeout(300_000);

/** Most that the API's resident memory may grow while it waits with all that it may accept. */
const mostGrowth = 200;

describe("When submissions come faster than they can be recorded", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  test("the API refuses with 503 and Retry-After before its memory grows, and all that it accepted arrives", async () => {
    const { system, ledger } = world;
    const { app } = system.api[0]!;
    const before = await residentMegabytes(app.pid);
    const somebody = await connectPostgres(system);
    await somebody.query("BEGIN; LOCK TABLE entries IN ACCESS EXCLUSIVE MODE");
    let refusal: Response | undefined;
    let most = 0;
    try {
      // Few at once, so that each event carries few: the limit on events is reached first.
      const clients = Array.from({ length: 2 }, async () => {
        while (!refusal) {
          const index = world.random.between(0, 500);
          const response = await fetch(`${app.url}/values`, {
            method: "POST",
            body: JSON.stringify({ index }),
          });
          const body = await response.json();
          ledger.note(response.status, index, body);
          if (response.status !== 202) refusal = response;
          most += 1;
          if (most > 100_000) throw new Error("100,000 were accepted and none refused");
        }
      });
      await Promise.all(clients);
    } finally {
      await somebody.end();
    }
    expect(refusal?.status).toBe(503);
    expect(Number(refusal?.headers.get("retry-after"))).toBeGreaterThan(0);
    const grown = (await residentMegabytes(app.pid)) - before;
    process.stdout.write(`  refused after ${ledger.accepted}; resident memory grew by ${grown} MB\n`);
    expect(grown).toBeLessThan(mostGrowth);
    await everythingHolds(world);
  });
});

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
}
