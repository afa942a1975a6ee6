import { setTimeout as pause } from "node:timers/promises";
import { jest } from "@jest/globals";
import { openValueStore } from "../../../apps/calculator/value-store.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

const summary = { index: 40, calculatedAt: "", calculatedBy: "a", milliseconds: 0 };

describe("The value store", () => {
  afterEach(() => jest.restoreAllMocks());

  test("asks for a hot value once in some seconds, and then notices that the store was emptied", async () => {
    const realNow = performance.now.bind(performance);
    let ahead = 0;
    jest.spyOn(performance, "now").mockImplementation(() => realNow() + ahead);
    const sidecar = new MemorySidecar();
    await openValueStore(sidecar).save(summary, Buffer.from("102334155"));
    const store = openValueStore(sidecar);
    const reads = jest.spyOn(sidecar, "getState");
    for (let time = 0; time < 3; time++) expect((await store.get([40])).get(40)?.value).toBe("102334155");
    expect(reads.mock.calls.filter(([, keys]) => keys.length > 0)).toHaveLength(1);

    sidecar.state.clear();
    ahead = 6_000;
    // The cache looks at the clock at most once in a millisecond.
    await pause(10);
    expect((await store.get([40])).size).toBe(0);
  });
});
