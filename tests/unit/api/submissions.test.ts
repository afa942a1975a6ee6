import { jest } from "@jest/globals";
import { openSubmissions } from "../../../apps/api/submissions.ts";
import { submitted } from "../../../apps/shared/contracts/events.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

describe("Accepting a submission", () => {
  test("publishes it and gives it an id that sorts by time", async () => {
    const sidecar = new MemorySidecar();
    const submissions = openSubmissions(sidecar);
    const first = await submissions.accept(40);
    const second = await submissions.accept(40);
    expect(sidecar.on(submitted)).toEqual([{ submissions: [first] }, { submissions: [second] }]);
    expect(first.id < second.id).toBe(true);
  });

  test("shares an event with the submissions that come at the same time", async () => {
    const sidecar = new MemorySidecar();
    const submissions = openSubmissions(sidecar);
    const all = await Promise.all(Array.from({ length: 100 }, (_, index) => submissions.accept(index)));
    expect(sidecar.on(submitted)).toEqual([{ submissions: all }]);
  });

  test("fails with 503 when the broker refuses, and remembers nothing", async () => {
    const sidecar = new MemorySidecar();
    sidecar.broken.add("publish");
    const submissions = openSubmissions(sidecar);
    await expect(submissions.accept(40)).rejects.toMatchObject({
      status: 503,
      headers: { "retry-after": "1" },
    });
    expect(submissions.unrecorded).toBe(0);
    expect(submissions.isWaiting(40)).toBe(false);
  });

  test("waits for the record: until it is confirmed the index is known to be on its way", async () => {
    const submissions = openSubmissions(new MemorySidecar());
    const { id } = await submissions.accept(40);
    expect(submissions.isWaiting(40)).toBe(true);
    submissions.confirm([id, id, "of another replica"]);
    expect(submissions.isWaiting(40)).toBe(false);
    expect(submissions.unrecorded).toBe(0);
  });
});

describe("A submission that nobody recorded", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test("is published again when it is overdue, each time after twice as long", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
    const sidecar = new MemorySidecar();
    const submissions = openSubmissions(sidecar);
    const submission = await submissions.accept(40);
    expect(await submissions.republishOverdue()).toBe(0);
    jest.advanceTimersByTime(20_000);
    expect(await submissions.republishOverdue()).toBe(1);
    jest.advanceTimersByTime(39_000);
    expect(await submissions.republishOverdue()).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect(await submissions.republishOverdue()).toBe(1);
    expect(sidecar.on(submitted)).toEqual(Array(3).fill({ submissions: [submission] }));
  });
});
