import type { RecordedEntry } from "../../../apps/api/entries.ts";
import sweep from "../../../apps/api/functions/sweep.ts";
import { openSubmissions } from "../../../apps/api/submissions.ts";
import { submitted as submittedTopic } from "../../../apps/shared/contracts/events.ts";
import { cancelledKey, leaseKey, sweepKey, valueKey } from "../../../apps/shared/contracts/state.ts";
import { eventContext, submission } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

function setUp(indexes: number[]) {
  const sidecar = new MemorySidecar();
  const rows: RecordedEntry[] = indexes.map((index, at) => ({
    ...submission(index, at),
    position: String(at + 1),
  }));
  const failing = { once: false };
  const entries = {
    async recordedAfter(position: string, _seconds: number, limit: number) {
      if (failing.once) {
        failing.once = false;
        throw new Error("Postgres is away");
      }
      return rows.filter((row) => Number(row.position) > Number(position)).slice(0, limit);
    },
  };
  const start = () =>
    sweep({ sidecar, entries, submissions: openSubmissions(sidecar), upperLimit: 100 } as never);
  const submitted = () =>
    (sidecar.on(submittedTopic) as { submissions: { index: number }[] }[]).flatMap(({ submissions }) =>
      submissions.map(({ index }) => index),
    );
  const know = (index: number, calculatedAt = "2026-01-01T00:00:00.000Z") =>
    sidecar.state.set(valueKey(index), { value: { index, calculatedAt }, version: 1, firstWrite: true });
  const mark = () => sidecar.state.get(sweepKey)?.value as { position: string } | undefined;
  return { sidecar, rows, submitted, know, mark, start, failing };
}

const tick = (swept: ReturnType<typeof sweep>) => swept.handle(eventContext().context);

describe("The sweep", () => {
  test("leaves entries alone whose values are there", async () => {
    const { submitted, know, start, mark } = setUp([1, 2, 2]);
    for (const index of [1, 2]) know(index);
    await tick(start());
    expect(submitted()).toEqual([]);
    expect(mark()).toMatchObject({ position: "3" });
  });

  test("submits an index again that has neither a value nor a live lease", async () => {
    const { sidecar, submitted, know, start, mark } = setUp([1, 2, 3, 4]);
    know(1);
    sidecar.state.set(leaseKey(2), {
      value: { holder: "x", until: Date.now() + 9_999 },
      version: 1,
      firstWrite: true,
    });
    sidecar.state.set(leaseKey(3), {
      value: { holder: "x", until: Date.now() - 1 },
      version: 1,
      firstWrite: true,
    });
    await tick(start());
    expect(submitted()).toEqual([3, 4]);
    // A restart has to find the index with the lease again.
    expect(mark()).toMatchObject({ position: "1" });
  });

  test("submits again ever more seldom", async () => {
    const { submitted, start } = setUp([5]);
    const swept = start();
    for (let count = 0; count < 8; count++) await tick(swept);
    // At the ticks 1, 3 and 7.
    expect(submitted()).toEqual([5, 5, 5]);
  });

  test("forgets an index when its value came", async () => {
    const { submitted, know, start, mark } = setUp([5]);
    const swept = start();
    await tick(swept);
    know(5);
    for (let count = 0; count < 4; count++) await tick(swept);
    expect(submitted()).toEqual([5]);
    expect(mark()).toMatchObject({ position: "1" });
  });

  test("leaves an index alone that was cancelled after it was entered last", async () => {
    const { sidecar, submitted, start, mark } = setUp([5, 6]);
    const cancel = (index: number, at: string) =>
      sidecar.state.set(cancelledKey(index), { value: { index, at }, version: 1, firstWrite: false });
    cancel(5, "2026-11-23T12:00:01.000Z");
    cancel(6, "2026-11-23T11:00:00.000Z");
    await tick(start());
    expect(submitted()).toEqual([6]);
    expect(mark()?.position).toBe("1");
  });

  test("begins the history anew when the store was emptied", async () => {
    const { sidecar, submitted, know, start } = setUp([1, 2]);
    for (const index of [1, 2]) know(index);
    const swept = start();
    await tick(swept);
    sidecar.state.clear();
    await tick(swept);
    expect(submitted()).toEqual([1, 2]);
  });

  test("does not believe the place that another replica remembers from before the store was emptied", async () => {
    const { sidecar, submitted, know, start } = setUp([1, 2]);
    for (const index of [1, 2]) know(index);
    await tick(start());
    const old = sidecar.state.get(sweepKey);
    sidecar.state.clear();
    // The other replica's tick began before, and ends after.
    sidecar.state.set(sweepKey, old!);
    await tick(start());
    expect(submitted()).toEqual([1, 2]);
  });

  test("begins anew even when the first reading after the store was emptied fails", async () => {
    const { sidecar, submitted, know, start, failing } = setUp([1, 2]);
    for (const index of [1, 2]) know(index);
    const swept = start();
    await tick(swept);
    sidecar.state.clear();
    failing.once = true;
    await expect(tick(swept)).rejects.toThrow();
    await tick(swept);
    expect(submitted()).toEqual([1, 2]);
  });

  test("reads a stretch again that the store forgot", async () => {
    const { sidecar, rows, submitted, know, start } = setUp([1]);
    know(1);
    const swept = start();
    await tick(swept);
    const before = sidecar.state.get(sweepKey);
    rows.push({ ...submission(2, 2), position: "2" });
    know(2);
    await tick(swept);
    sidecar.state.set(sweepKey, before!);
    sidecar.state.delete(valueKey(2));
    await tick(swept);
    expect(submitted()).toEqual([2]);
  });

  test("goes on after a restart where it was", async () => {
    const { sidecar, rows, know, start } = setUp([1, 2]);
    for (const index of [1, 2]) know(index);
    await tick(start());
    rows.push({ ...submission(3, 3), position: "3" });
    know(3);
    sidecar.state.delete(valueKey(1));
    await tick(start());
    expect(sidecar.on(submittedTopic)).toEqual([]);
  });

  test("does not pass by a value that is so young that the store may still lose it", async () => {
    const { submitted, know, start, mark } = setUp([1, 2]);
    know(1);
    know(2, new Date(Date.now() - 1_000).toISOString());
    await tick(start());
    expect(submitted()).toEqual([]);
    expect(mark()).toMatchObject({ position: "1" });
  });

  test("keeps no place when the store lost its last moments during the tick", async () => {
    const { sidecar, rows, know, start, mark } = setUp([1]);
    know(1);
    const swept = start();
    await tick(swept);
    const before = sidecar.state.get(sweepKey);
    rows.push({ ...submission(2, 2), position: "2" });
    know(2);
    let writes = 0;
    sidecar.beforeSave = () => {
      writes += 1;
      // The first write begins the tick, the second one ends it.
      if (writes === 2) sidecar.state.set(sweepKey, before!);
    };
    await expect(tick(swept)).rejects.toThrow("write");
    expect(mark()).toMatchObject({ position: "1" });
  });

  test("leaves an index alone that is above the limit, until the limit is raised", async () => {
    const { sidecar, submitted, know, mark, rows } = setUp([1, 500]);
    know(1);
    const entries = { recordedAfter: async (from: string) => rows.filter(({ position }) => position > from) };
    const start = (upperLimit: number) =>
      sweep({ sidecar, entries, submissions: openSubmissions(sidecar), upperLimit } as never);
    await tick(start(100));
    expect(submitted()).toEqual([]);
    expect(mark()).toMatchObject({ position: "2" });
    await tick(start(1_000));
    expect(submitted()).toEqual([500]);
  });
});
