import { ViewerModel } from "../../../apps/web/models/viewer.ts";
import { controlled, sampleValue, settle } from "./support.ts";

const block = 20_000;
const long = sampleValue(1_000_000, { digitCount: 208_988 });
delete long.value;

/** Digit number `at` of the value that these tests pretend to read. */
const digitAt = (at: number) => String((at * 7) % 10);
const digits = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => digitAt(from + i)).join("");

function setUp() {
  const { call, calls } = controlled<[number, number, number, AbortSignal?], string>();
  const viewer = new ViewerModel({ digits: call });
  const answer = async (at: number) => {
    const [, from, to] = calls[at]!.arguments;
    calls[at]!.resolve(digits(from, to));
    await settle();
  };
  return { viewer, calls, answer };
}

describe("The viewer of digits", () => {
  test("it fetches only the blocks that are visible", async () => {
    const { viewer, calls, answer } = setUp();
    viewer.open(long);
    viewer.look(block - 10, block + 10);
    expect(calls.map(({ arguments: [index, from, to] }) => [index, from, to])).toEqual([
      [long.index, 0, block],
      [long.index, block, 2 * block],
    ]);
    expect(viewer.digits(0, 10)).toBeUndefined();
    await answer(0);
    await answer(1);
    // Across the edge of two blocks.
    expect(viewer.digits(block - 5, block + 5)).toBe(digits(block - 5, block + 5));
    viewer.look(block - 10, block + 10);
    expect(calls).toHaveLength(2);
  });

  test("the last block ends with the value", async () => {
    const { viewer, calls, answer } = setUp();
    viewer.open(long);
    viewer.look(long.digitCount - 20, long.digitCount + 500);
    expect(calls[0]!.arguments.slice(1, 3)).toEqual([200_000, long.digitCount]);
    await answer(0);
    expect(viewer.digits(long.digitCount - 3, long.digitCount)).toBe(
      digits(long.digitCount - 3, long.digitCount),
    );
  });

  test("scrolling on aborts what is not visible any more, and its late answer changes nothing", async () => {
    const { viewer, calls, answer } = setUp();
    viewer.open(long);
    viewer.look(0, 100);
    viewer.look(100_000, 100_100);
    expect(calls[0]!.arguments[3]!.aborted).toBe(true);
    await answer(0);
    expect(viewer.digits(0, 10)).toBeUndefined();
    expect(viewer.problem.value).toBeNull();
  });

  test("at most three blocks are fetched at once", async () => {
    const { viewer, calls, answer } = setUp();
    viewer.open(long);
    viewer.look(0, 5 * block);
    expect(calls).toHaveLength(3);
    await answer(0);
    expect(calls).toHaveLength(4);
  });

  test("a failure is reported and not repeated until the digits are looked at again", async () => {
    const { viewer, calls, answer } = setUp();
    viewer.open(long);
    viewer.look(0, 100);
    calls[0]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(viewer.problem.value).toBe("The API is unreachable.");
    expect(calls).toHaveLength(1);
    viewer.look(0, 100);
    await answer(1);
    expect(viewer.problem.value).toBeNull();
  });

  test("another value shows no digits of the one before", async () => {
    const { viewer, answer } = setUp();
    viewer.open(long);
    viewer.look(0, 100);
    await answer(0);
    expect(viewer.digits(0, 10)).toBe(digits(0, 10));
    viewer.open({ ...long, index: 999_999 });
    expect(viewer.digits(0, 10)).toBeUndefined();
  });

  test("a short value needs no request", () => {
    const { viewer, calls } = setUp();
    viewer.open(sampleValue(40, { value: "102334155", digitCount: 9 }));
    viewer.look(0, 9);
    expect(viewer.digits(0, 3)).toBe("102");
    expect(calls).toHaveLength(0);
  });

  test("at most sixty blocks are kept: the least recently seen are dropped", async () => {
    const huge = { ...long, digitCount: 100 * block };
    const { viewer, calls, answer } = setUp();
    viewer.open(huge);
    for (let at = 0; at < 61; at++) {
      viewer.look(at * block, at * block + 10);
      await answer(at);
    }
    expect(calls).toHaveLength(61);
    expect(viewer.digits(0, 10)).toBeUndefined();
    expect(viewer.digits(block, block + 10)).toBe(digits(block, block + 10));
  });
});
