import { jest } from "@jest/globals";
import type { ValueState } from "../../../apps/shared/contracts/http.ts";
import type { Value } from "../../../apps/shared/contracts/state.ts";
import { confirmAfter, indexesPerRead, ValuesModel } from "../../../apps/web/models/values.ts";
import { controlled, noOperator, realTimers, sampleValue, settle } from "./support.ts";

function setUp() {
  const read = controlled<[indexes: number[]], Value[]>();
  const readOne = controlled<[index: number], ValueState>();
  const cancel = controlled<[index: number], undefined>();
  const values = new ValuesModel({ values: read.call, value: readOne.call, cancel: cancel.call }, noOperator);
  return { values, reads: read.calls, singles: readOne.calls, cancels: cancel.calls };
}

describe("The values that the page knows", () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: realTimers });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("everything that asks at once shares one request", async () => {
    const { values, reads } = setUp();
    for (const index of [1, 2, 3, 2]) values.want(index);
    await settle();
    expect(reads.map((call) => call.arguments[0])).toEqual([[1, 3, 2]]);
    reads[0]!.resolve([sampleValue(1)]);
    await settle();
    expect(values.of(1).value.status).toBe("calculated");
    expect(values.of(2).value.status).toBe("pending");
    expect(values.of(3).value.status).toBe("pending");
  });

  test("a request asks for at most 100 indexes, two run at once, and the last asked come first", async () => {
    const { values, reads } = setUp();
    for (let index = 0; index < 350; index++) values.want(index);
    await settle();
    expect(reads.map((call) => call.arguments[0].length)).toEqual([indexesPerRead, indexesPerRead]);
    expect(reads[0]!.arguments[0]).toContain(349);
    reads[0]!.resolve([]);
    await settle();
    expect(reads).toHaveLength(3);
    reads[1]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(reads[3]!.arguments[0]).toHaveLength(50);
    const asked = new Set(reads.flatMap((call) => call.arguments[0]));
    expect(asked.size).toBe(350);
  });

  test("an index that is known, or being read, is not read again", async () => {
    const { values, reads } = setUp();
    values.calculated([sampleValue(1)]);
    values.want(1);
    values.want(2);
    await settle();
    values.want(2);
    await settle();
    expect(reads.map((call) => call.arguments[0])).toEqual([[2]]);
  });

  test("a value that an event brings while its read is waiting is not read", async () => {
    const { values, reads } = setUp();
    values.want(1);
    values.calculated([sampleValue(1)]);
    await settle();
    expect(reads).toHaveLength(0);
  });

  test("after a failed read the index is pending, and a recheck reads it again", async () => {
    const { values, reads } = setUp();
    values.want(5);
    await settle();
    reads[0]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(values.of(5).value.status).toBe("pending");
    values.recheck();
    await settle();
    reads[1]!.resolve([sampleValue(5)]);
    await settle();
    expect(values.of(5).value.status).toBe("calculated");
    values.recheck();
    await settle();
    expect(reads).toHaveLength(2);
  });

  test("an index that has no value after two seconds is read on its own, to tell pending from cancelled", async () => {
    const { values, reads, singles } = setUp();
    for (let index = 1; index <= 8; index++) values.want(index);
    await settle();
    reads[0]!.resolve([sampleValue(1)]);
    await settle();
    values.calculated([sampleValue(2)]);
    values.progress({ index: 3, fraction: 0.5, calculatedBy: "calculator-0" });
    jest.advanceTimersByTime(confirmAfter - 1);
    expect(singles).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(singles.map((call) => call.arguments[0])).toEqual([4, 5, 6, 7]);
    singles[0]!.resolve({ status: "cancelled", index: 4 });
    singles[1]!.resolve({ status: "pending", index: 5 });
    singles[2]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(singles.map((call) => call.arguments[0])).toEqual([4, 5, 6, 7, 8]);
    expect([4, 5, 6].map((index) => values.of(index).value.status)).toEqual([
      "cancelled",
      "pending",
      "pending",
    ]);
    jest.advanceTimersByTime(60_000);
    await settle();
    expect(singles).toHaveLength(5);
  });

  test("a calculated value is final: no later event changes it", () => {
    const { values } = setUp();
    values.calculated([sampleValue(1, { calculatedBy: "first" })]);
    values.progress({ index: 1, fraction: 0.5, calculatedBy: "second" });
    values.cancelled(1);
    values.calculated([sampleValue(1, { calculatedBy: "second" })]);
    expect(values.of(1).value).toMatchObject({ status: "calculated", calculatedBy: "first" });
    expect(values.all()).toHaveLength(1);
  });

  test("progress never goes back, unless another replica starts over", () => {
    const { values } = setUp();
    const progress = (fraction: number, calculatedBy: string) =>
      values.progress({ index: 9, fraction, calculatedBy });
    progress(0.5, "calculator-0");
    progress(0.3, "calculator-0");
    expect(values.of(9).value).toMatchObject({ fraction: 0.5 });
    progress(0.1, "calculator-1");
    expect(values.of(9).value).toMatchObject({ fraction: 0.1, calculatedBy: "calculator-1" });
  });

  test("reading a calculation as pending does not hide its progress", async () => {
    const { values, reads } = setUp();
    values.progress({ index: 9, fraction: 0.5, calculatedBy: "calculator-0" });
    values.recheck();
    await settle();
    reads[0]!.resolve([]);
    await settle();
    expect(values.of(9).value.status).toBe("calculating");
  });

  test("a cancelled index is pending again once it is entered again", async () => {
    const { values, cancels } = setUp();
    values.progress({ index: 9, fraction: 0.5, calculatedBy: "calculator-0" });
    const cancelled = values.cancel(9);
    cancels[0]!.resolve(undefined);
    await cancelled;
    expect(values.of(9).value.status).toBe("cancelled");
    values.expect(9);
    expect(values.of(9).value.status).toBe("pending");
  });

  test("a cancel that fails leaves the calculation as it is, with the reason", async () => {
    const { values, cancels } = setUp();
    values.progress({ index: 9, fraction: 0.5, calculatedBy: "calculator-0" });
    const cancelled = values.cancel(9);
    cancels[0]!.reject(new Error("The API is unreachable."));
    await cancelled;
    expect(values.of(9).value).toMatchObject({
      status: "calculating",
      fraction: 0.5,
      problem: "Not cancelled. The API is unreachable.",
    });
  });

  test("what shows all values is redrawn once for many that arrive together", () => {
    const { values } = setUp();
    for (let index = 0; index < 100; index++) values.calculated([sampleValue(index)]);
    expect(values.version.value).toBe(0);
    jest.advanceTimersByTime(400);
    expect(values.version.value).toBe(1);
    expect(values.all()).toHaveLength(100);
  });
});
