import { digitCount, estimate } from "../../../apps/calculator/fibonacci/estimate.ts";
import { sequenceByAddition } from "./reference.ts";

describe("digitCount", () => {
  test("counts the digits of every index up to 5000, so across a thousand powers of ten", () => {
    const expected = sequenceByAddition(5000).map((digits) => digits.length);
    expect(expected.map((_, index) => digitCount(index))).toEqual(expected);
  });

  test("knows the published counts of the powers of ten (OEIS A068070)", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((power) => digitCount(10 ** power))).toEqual([
      2, 21, 209, 2090, 20899, 208988, 2089877, 20898764, 208987640, 2089876403,
    ]);
  });

  test("counts digits for the largest index a double holds exactly", () => {
    expect(digitCount(Number.MAX_SAFE_INTEGER)).toBe(1_882_393_317_509_687);
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 53])("rejects %p with a RangeError", (index) => {
    expect(() => digitCount(index)).toThrow(RangeError);
  });
});

describe("estimate", () => {
  test("holds the exact number of digits", () => {
    expect(estimate(1_000_000).digits).toBe(208_988);
  });

  test("foresees the memory of F(10^8) and of F(10^9), and that F(2^53 − 1) has no room", () => {
    expect(estimate(1e8).bytes).toBeLessThan(2 ** 28);
    expect(estimate(1e9).bytes).toBeLessThan(2.5 * 2 ** 30);
    expect(estimate(Number.MAX_SAFE_INTEGER).bytes).toBeGreaterThan(2 ** 32);
  });

  test("never falls as the index grows", () => {
    let before = estimate(0);
    for (let index = 1; index < 1e13; index = Math.ceil(index * 1.1)) {
      const now = estimate(index);
      expect(now.milliseconds).toBeGreaterThanOrEqual(before.milliseconds);
      expect(now.bytes).toBeGreaterThanOrEqual(before.bytes);
      before = now;
    }
  });
});
