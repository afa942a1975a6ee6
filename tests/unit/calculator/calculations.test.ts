import { jest } from "@jest/globals";
import { openAnnouncements } from "../../../apps/calculator/announcements.ts";
import { Calculations } from "../../../apps/calculator/calculations.ts";
import calculate from "../../../apps/calculator/functions/calculate.ts";
import { openLeases } from "../../../apps/calculator/leases.ts";
import { openValueStore } from "../../../apps/calculator/value-store.ts";
import { calculated } from "../../../apps/shared/contracts/events.ts";
import {
  cancelledKey,
  chunkKey,
  leaseKey,
  type Value,
  valueKey,
} from "../../../apps/shared/contracts/state.ts";
import { Retry } from "../../../apps/shared/runtime/functions.ts";
import { eventContext, silentLog, submission } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

/**
 * A replica of the calculator; several share a sidecar's store. A long calculation gives
 * a million and a half sevens, or hangs until it is cancelled.
 */
function replica(sidecar: MemorySidecar, name = "one", hanging = false) {
  const asked: number[] = [];
  const calculations = new Calculations({
    leases: openLeases(sidecar, name),
    store: openValueStore(sidecar),
    threads: {
      async calculate(index, _lane, signal) {
        asked.push(index);
        if (hanging)
          await new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(new Error("cancelled"))),
          );
        return { digits: Buffer.from("7".repeat(1_500_000)), milliseconds: 1 };
      },
    },
    announcements: openAnnouncements(sidecar, name),
    log: silentLog,
    replica: name,
    stopping: new AbortController().signal,
  });
  const event = (submissions: ReturnType<typeof submission>[]) =>
    calculate({ calculations, sidecar, upperLimit: 10_000_000_000 }).handle(
      { submissions },
      eventContext().context,
    );
  const run = (...indexes: number[]) => event(indexes.map((index, at) => submission(index, at)));
  return { run, event, asked, calculations };
}

/** Makes a replica that has been running for a minute. */
function startedEarlier<Replica>(start: () => Replica): Replica {
  const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() - 60_000);
  try {
    return start();
  } finally {
    clock.mockRestore();
  }
}

const valueAt = (sidecar: MemorySidecar, index: number) => sidecar.state.get(valueKey(index))?.value as Value;
const announced = (sidecar: MemorySidecar) =>
  (sidecar.on(calculated) as { values: Value[] }[]).flatMap(({ values }) => values.map(({ index }) => index));

describe("calculate", () => {
  test("saves the exact values of an event's indexes and announces them", async () => {
    const sidecar = new MemorySidecar();
    await replica(sidecar).run(0, 1, 2, 93, 40, 40);
    expect([0, 1, 2, 93, 40].map((index) => valueAt(sidecar, index).value)).toEqual([
      "0",
      "1",
      "1",
      "12200160415121876738",
      "102334155",
    ]);
    expect(announced(sidecar).sort((a, b) => a - b)).toEqual([0, 1, 2, 40, 93]);
  });

  test("does not calculate what is known, but announces it, since who calculated it may have died before", async () => {
    const sidecar = new MemorySidecar();
    await replica(sidecar, "first").run(40);
    const before = sidecar.state.get(valueKey(40));
    await replica(sidecar, "second").run(40);
    expect(sidecar.state.get(valueKey(40))).toBe(before);
    expect(announced(sidecar)).toEqual([40, 40]);
  });

  test("reads nothing for an index that nobody has met, and nothing for a value that was read lately", async () => {
    const sidecar = new MemorySidecar();
    const reads = jest.spyOn(sidecar, "getState");
    const asked = () => reads.mock.calls.flatMap(([, keys]) => keys).length;
    await replica(sidecar, "first").run(40, 41);
    expect(asked()).toBe(0);
    const { run } = replica(sidecar, "second");
    await run(40);
    const once = asked();
    expect(once).toBeGreaterThan(0);
    await run(40);
    expect(asked()).toBe(once);
  });

  test("begins what is new although others of the same event are known, or somebody else's", async () => {
    const sidecar = new MemorySidecar();
    await replica(sidecar, "first").run(40);
    const lease = { holder: "another", until: Date.now() + 20_000 };
    sidecar.state.set(leaseKey(41), { value: lease, version: 1, firstWrite: true });
    await replica(sidecar, "second").run(40, 41, 42);
    expect(announced(sidecar)).toEqual([40, 40, 42]);
    expect(valueAt(sidecar, 41)).toBeUndefined();
    expect(valueAt(sidecar, 42).value).toBe("267914296");
  });

  test("announces a value once, however often it is entered", async () => {
    const sidecar = new MemorySidecar();
    const { run } = replica(sidecar);
    for (let count = 0; count < 3; count++) await run(40);
    expect(announced(sidecar)).toEqual([40]);
  });

  test("calculates each index once when many replicas get it at once", async () => {
    const sidecar = new MemorySidecar();
    const replicas = Array.from({ length: 5 }, (_, at) => replica(sidecar, `replica-${at}`));
    await Promise.all(replicas.map(({ run }) => run(10, 20, 3_000_000, 30)));
    expect(replicas.flatMap(({ asked }) => asked)).toEqual([3_000_000]);
    for (const index of [10, 20, 30, 3_000_000]) {
      expect(sidecar.state.get(valueKey(index))?.version).toBe(1);
    }
  });

  test("leaves an index alone that another replica holds a lease for", async () => {
    const sidecar = new MemorySidecar();
    const lease = { holder: "another", until: Date.now() + 20_000 };
    sidecar.state.set(leaseKey(40), { value: lease, version: 1, firstWrite: true });
    await replica(sidecar).run(40, 41);
    expect(valueAt(sidecar, 40)).toBeUndefined();
    expect(valueAt(sidecar, 41).value).toBe("165580141");
  });

  test("takes over the lease of a replica that died", async () => {
    const sidecar = new MemorySidecar();
    const lease = { holder: "a dead replica", until: Date.now() - 1 };
    sidecar.state.set(leaseKey(40), { value: lease, version: 3, firstWrite: true });
    await startedEarlier(() => replica(sidecar)).run(40);
    expect(valueAt(sidecar, 40).value).toBe("102334155");
  });

  test("gives holders time to renew their leases after an outage, of which a new replica knows nothing", async () => {
    const sidecar = new MemorySidecar();
    const lease = { holder: "a replica that could not renew", until: Date.now() - 1 };
    sidecar.state.set(leaseKey(40), { value: lease, version: 3, firstWrite: true });
    await replica(sidecar).run(40);
    expect(valueAt(sidecar, 40)).toBeUndefined();
  });

  test("takes a lease at once that was released", async () => {
    const sidecar = new MemorySidecar();
    const lease = { holder: "a replica that left", until: 0 };
    sidecar.state.set(leaseKey(40), { value: lease, version: 3, firstWrite: true });
    await replica(sidecar).run(40);
    expect(valueAt(sidecar, 40).value).toBe("102334155");
  });

  test("lets go when another replica takes the lease between reading and claiming", async () => {
    const sidecar = new MemorySidecar();
    sidecar.beforeSave = () => {
      const lease = { holder: "a quicker replica", until: Date.now() + 20_000 };
      if (!sidecar.state.has(leaseKey(40)))
        sidecar.state.set(leaseKey(40), { value: lease, version: 1, firstWrite: true });
    };
    await replica(sidecar).run(40);
    expect(valueAt(sidecar, 40)).toBeUndefined();
  });

  test("saves a long value in chunks, its summary last", async () => {
    const sidecar = new MemorySidecar();
    const order: string[] = [];
    const save = sidecar.saveState.bind(sidecar);
    sidecar.saveState = async (component, writes) => {
      order.push(...writes.map(({ key }) => key));
      await save(component, writes);
    };
    await replica(sidecar).run(5_000_000);
    expect(order).toEqual([
      leaseKey(5_000_000),
      chunkKey(5_000_000, 0),
      chunkKey(5_000_000, 1),
      valueKey(5_000_000),
    ]);
    expect(valueAt(sidecar, 5_000_000)).toMatchObject({
      digits: 1_500_000,
      head: "7".repeat(50),
      tail: "7".repeat(50),
    });
    expect(valueAt(sidecar, 5_000_000).value).toBeUndefined();
  });

  test.each(["getState", "saveState", "publish"] as const)(
    "asks for the event again when %s fails",
    async (method) => {
      const sidecar = new MemorySidecar();
      sidecar.broken.add(method);
      await expect(replica(sidecar).run(40)).rejects.toBeInstanceOf(Retry);
    },
  );

  test("dead-letters submissions above the limit, and calculates the rest of the event", async () => {
    const sidecar = new MemorySidecar();
    const calculations = { begin: async () => [] } as unknown as Calculations;
    const { context, deadLetters } = eventContext();
    await calculate({ calculations, sidecar, upperLimit: 100 }).handle(
      { submissions: [submission(101), submission(100)] },
      context,
    );
    expect(deadLetters).toEqual([{ data: { submissions: [submission(101)] }, reason: "Index too high" }]);
    expect(sidecar.published).toEqual([]);
  });
});

describe("A cancelled calculation", () => {
  const index = 1_000_000_000;
  const before = { ...submission(index), submittedAt: "2026-11-23T12:00:00.000Z" };
  const at = "2026-11-23T12:00:01.000Z";
  const after = { ...submission(index, 2), submittedAt: "2026-11-23T12:00:02.000Z" };
  const mark = (sidecar: MemorySidecar) =>
    sidecar.state.set(cancelledKey(index), { value: { index, at }, version: 1, firstWrite: false });

  /** Begins it, and goes on when it is under way. */
  async function begun(submitted: typeof before) {
    const sidecar = new MemorySidecar();
    const { event, asked, calculations } = replica(sidecar, "one", true);
    const done = event([submitted]);
    while (asked.length === 0) await new Promise(setImmediate);
    return { sidecar, calculations, done };
  }

  test("ends without a value, its event is done, and its lease is free", async () => {
    const { sidecar, calculations, done } = await begun(before);
    expect(sidecar.state.has(leaseKey(index))).toBe(true);
    calculations.cancel({ index, at });
    await done;
    // The key stays: an index without one counts as never calculated.
    expect(sidecar.state.get(leaseKey(index))?.value).toMatchObject({ until: 0 });
    expect(valueAt(sidecar, index)).toBeUndefined();
  });

  test("is not joined by an entry that comes while it ends", async () => {
    const sidecar = new MemorySidecar();
    const { event, asked, calculations } = replica(sidecar, "one", true);
    const first = event([before]);
    while (asked.length === 0) await new Promise(setImmediate);
    mark(sidecar);
    calculations.cancel({ index, at });
    const second = event([after]);
    while (asked.length === 1) await new Promise(setImmediate);
    calculations.cancel({ index, at: "2026-11-23T12:00:03.000Z" });
    await Promise.all([first, second]);
    expect(asked).toEqual([index, index]);
  });

  test("stays cancelled when a newer cancellation comes while an entry before it is taken up", async () => {
    const sidecar = new MemorySidecar();
    mark(sidecar);
    const newer = { index, at: "2026-11-23T12:00:03.000Z" };
    sidecar.beforeSave = () => {
      sidecar.beforeSave = undefined;
      sidecar.state.set(cancelledKey(index), { value: newer, version: 2, firstWrite: false });
    };
    const { event, asked } = replica(sidecar);
    await event([after]);
    expect(asked).toEqual([]);
    expect(sidecar.state.get(cancelledKey(index))?.value).toEqual(newer);
  });

  test("goes on when the index was entered after the cancellation", async () => {
    const { sidecar, calculations, done } = await begun(after);
    calculations.cancel({ index, at });
    expect(sidecar.state.has(leaseKey(index))).toBe(true);
    calculations.cancel({ index, at: "2026-11-23T12:00:03.000Z" });
    await done;
  });

  test("is not begun again by a redelivery, but by a new entry", async () => {
    const sidecar = new MemorySidecar();
    mark(sidecar);
    const { event, asked } = replica(sidecar);
    await event([before]);
    expect(asked).toEqual([]);
    await event([after]);
    expect(asked).toEqual([index]);
    expect(sidecar.state.get(cancelledKey(index))?.value).toMatchObject({ resumedBy: after.submittedAt });
  });
});
