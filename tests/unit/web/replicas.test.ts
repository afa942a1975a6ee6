import { jest } from "@jest/globals";
import { createReplicas, shownCalculators } from "../../../apps/web/models/replicas.ts";

const start = Date.parse("2026-01-01T12:00:00.000Z");
const iso = (milliseconds: number) => new Date(start + milliseconds).toISOString();

describe("The replicas that the page has heard of", () => {
  let replicas: ReturnType<typeof createReplicas>;
  const states = () => replicas.calculators.value.map(({ replica, state }) => `${replica} ${state}`);
  const progress = (calculatedBy: string, index = 9, fraction = 0.1) =>
    replicas.progress({ index, fraction, calculatedBy });

  beforeEach(() => {
    jest.useFakeTimers({ now: start });
    replicas = createReplicas();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Lets time pass with nothing heard. */
  function pass(milliseconds: number): void {
    for (let at = 0; at < milliseconds; at += 1_000) {
      jest.advanceTimersByTime(1_000);
      replicas.age();
    }
  }

  test("a calculator appears with its first event, works while it reports progress, and is idle after its value", () => {
    progress("calculator-1");
    progress("calculator-0", 7);
    expect(states()).toEqual(["calculator-0 working", "calculator-1 working"]);
    replicas.calculated({ index: 9, calculatedBy: "calculator-1" });
    expect(states()).toEqual(["calculator-0 working", "calculator-1 idle"]);
  });

  test("a value of another index does not end what a calculator works on", () => {
    progress("calculator-0", 9);
    replicas.calculated({ index: 3, calculatedBy: "calculator-0" });
    expect(replicas.isWorkingOn("calculator-0", 9)).toBe(true);
  });

  test("a calculator that stops reporting in mid-work is silent after five seconds, and gone after a minute", () => {
    progress("calculator-0");
    pass(5_000);
    expect(states()).toEqual(["calculator-0 working"]);
    pass(1_000);
    expect(states()).toEqual(["calculator-0 silent"]);
    pass(60_000);
    expect(states()).toEqual([]);
  });

  test("a calculator whose index another one continues is silent at once", () => {
    progress("calculator-0");
    expect(progress("calculator-1")).toBe("calculator-0");
    expect(states()).toEqual(["calculator-0 silent", "calculator-1 working"]);
    replicas.calculated({ index: 4, calculatedBy: "calculator-0" });
    expect(states()).toEqual(["calculator-0 idle", "calculator-1 working"]);
  });

  test("an idle calculator stays for ten minutes", () => {
    replicas.calculated({ index: 1, calculatedBy: "calculator-0" });
    pass(599_000);
    expect(states()).toEqual(["calculator-0 idle"]);
    pass(1_000);
    expect(states()).toEqual([]);
  });

  test("a cancelled calculation leaves its calculator idle", () => {
    progress("calculator-0");
    replicas.cancelled(9);
    expect(states()).toEqual(["calculator-0 idle"]);
  });

  test("after the stream was closed, no calculator is taken for silent until it had time to report", () => {
    progress("calculator-0");
    jest.advanceTimersByTime(120_000);
    replicas.resync();
    replicas.age();
    expect(states()).toEqual(["calculator-0 working"]);
  });

  test("calculators that the API lists appear by when they were last heard of, and only a new report renews them", () => {
    const listed = (lastAt: string) => ({
      calculators: [{ replica: "calculator-0", calculated: 1, lastAt }],
    });
    replicas.system(listed(iso(-595_000)));
    expect(states()).toEqual(["calculator-0 idle"]);
    pass(5_000);
    replicas.system(listed(iso(-595_000)));
    expect(states()).toEqual([]);
    replicas.system(listed(iso(4_000)));
    expect(states()).toEqual(["calculator-0 idle"]);
    expect(replicas.calculators.value[0]!.heardAt).toBe(start + 5_000);
  });

  test("of many calculators the first two by name are shown, whichever calculates, unless another one is in mid-work", () => {
    const shown = () => shownCalculators(replicas.calculators.value).map(({ replica }) => replica);
    const names = ["a", "b", "c", "d", "e"];
    for (const calculatedBy of names.slice(0, 3)) replicas.calculated({ index: 1, calculatedBy });
    expect(shown()).toEqual(["a", "b", "c"]);
    for (const calculatedBy of [...names, ...names.toReversed()]) {
      replicas.calculated({ index: 2, calculatedBy });
      expect(shown().slice(0, 2)).toEqual(["a", "b"]);
    }
    expect(shown()).toEqual(["a", "b"]);
    progress("e", 9);
    expect(shown()).toEqual(["a", "e"]);
    pass(6_000);
    expect(shown()).toEqual(["a", "e"]);
    replicas.calculated({ index: 9, calculatedBy: "d" });
    replicas.calculated({ index: 10, calculatedBy: "e" });
    expect(shown()).toEqual(["a", "b"]);
  });

  test("replicas of the API appear as they answer, and leave when others have answered for 20 seconds", () => {
    const names = () => replicas.apis.value.map(({ replica }) => replica);
    replicas.system({ replica: "api-1", startedAt: iso(0) });
    replicas.system({ replica: "api-0", startedAt: iso(0) });
    expect(names()).toEqual(["api-0", "api-1"]);
    pass(19_000);
    replicas.system({ replica: "api-0", startedAt: iso(0) });
    pass(1_000);
    expect(names()).toEqual(["api-0"]);
    // Without any answer the last one stays: the connection shows that it is unreachable.
    pass(60_000);
    expect(names()).toEqual(["api-0"]);
  });
});
