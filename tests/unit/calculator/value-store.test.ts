import { setTimeout as pause } from "node:timers/promises";
import { jest } from "@jest/globals";
import { openValueStore } from "../../../apps/calculator/value-store.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

const value = {
  index: 40,
  digitCount: 9,
  digits: 9,
  value: "102334155",
  calculatedAt: "",
  calculatedBy: "a",
  milliseconds: 0,
};

describe("The value store", () => {
  afterEach(() => jest.restoreAllMocks());

  test("remembers a hot value for some seconds, and then asks again: the store may have been emptied", async () => {
    const realNow = performance.now.bind(performance);
    let ahead = 0;
    jest.spyOn(performance, "now").mockImplementation(() => realNow() + ahead);
    const store = openValueStore(new MemorySidecar());
    store.remember(new Map([[40, value]]));
    expect(store.lately([40, 41])).toEqual(new Map([[40, value]]));
    ahead = 6_000;
    // The cache looks at the clock at most once in a millisecond.
    await pause(10);
    expect(store.lately([40])).toEqual(new Map());
  });
});
