import { setTimeout as pause } from "node:timers/promises";
import { jest } from "@jest/globals";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { submit } from "./harness/clients.ts";
import { everythingHolds } from "./harness/evidence.ts";
import { startWorld, type World } from "./harness/world.ts";

jest.setTimeout(300_000);

const graceSeconds = 10;

/** What a Service does: sends requests only to replicas whose readiness said yes when it looked last. */
function balance(world: World) {
  const ready = new Set(world.system.api.map(({ app }) => app.url));
  const stop = new AbortController();
  const looking = (async () => {
    while (!stop.signal.aborted) {
      for (const { app } of world.system.api) {
        const ok = await fetch(`${app.url}/readyz`).then(
          (response) => response.ok,
          () => false,
        );
        if (ok) ready.add(app.url);
        else ready.delete(app.url);
      }
      await pause(100, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    targets: () => [...ready],
    async stop() {
      stop.abort();
      await looking;
    },
  };
}

describe("SIGTERM under load", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ api: 2, calculator: 2, env: { GRACE_SECONDS: String(graceSeconds) } });
  });
  afterAll(() => world?.stop());

  test("of one API replica after the other fails no request, and each is gone within its grace period", async () => {
    const balancer = balance(world);
    const statuses: number[] = [];
    let stopped = false;
    const clients = Array.from({ length: 6 }, async () => {
      const random = world.random.child();
      while (!stopped) {
        statuses.push(await submit(random.pick(balancer.targets()), random.between(0, 900), world.ledger));
      }
    });
    try {
      for (const { app } of world.system.api) {
        await world.promises(200);
        const begun = Date.now();
        await app.kill("SIGTERM");
        const { code } = await app.running.ended;
        expect(code).toBe(0);
        expect(Date.now() - begun).toBeLessThan(graceSeconds * 1_000);
        await app.restart();
        await waitFor("the balancer", () => balancer.targets().length === 2);
      }
      await world.promises(100);
    } finally {
      stopped = true;
      await Promise.all(clients);
      await balancer.stop();
    }
    expect(statuses.filter((status) => status !== 202)).toEqual([]);
    process.stdout.write(`  ${world.ledger}\n`);
  });

  test("of a calculator lets it end or hand over what it has", async () => {
    await world.underLoad(async () => {
      for (const { app } of world.system.calculator) {
        await world.promises(50);
        await app.kill("SIGTERM");
        expect((await app.running.ended).code).toBe(0);
        await app.restart();
      }
    });
    await everythingHolds(world);
  });
});
