import fc from "fast-check";
import { decimalFibonacci } from "../../../apps/calculator/fibonacci/decimal-doubling.ts";
import { fibonacciDigits, KERNELS_FROM } from "../../../apps/calculator/fibonacci/digits.ts";
import { digitCount } from "../../../apps/calculator/fibonacci/estimate.ts";
import { digitsPerLimbFor, shapeOfDoubling } from "../../../apps/calculator/fibonacci/plan.ts";
import { fibonacciByProducts, text } from "./reference.ts";

const LAST = 100_000;

/** The indexes where the shape of the last product or the length of a limb changes, and their neighbours. */
function switches(last: number): number[] {
  const indexes = new Set<number>();
  const planOf = (index: number) => {
    const digits = digitCount(index);
    const digitsPerLimb = digitsPerLimbFor(digits)!;
    const { stages, cells } = shapeOfDoubling(digits, digitsPerLimb);
    return `${digitsPerLimb} ${stages} ${cells}`;
  };
  for (let index = 1; index <= last; index += 1) {
    if (planOf(index) !== planOf(index - 1)) indexes.add(index - 1).add(index);
  }
  return [...indexes];
}

describe("the decimal doubling", () => {
  test("agrees with iterated addition on both sides of every switch of size or radix", () => {
    const wanted = new Set([0, 1, 2, 78, 79, KERNELS_FROM - 1, KERNELS_FROM, ...switches(LAST)]);
    expect(wanted.size).toBeGreaterThan(50);
    let current = 0n;
    let next = 1n;
    for (let index = 0; index <= LAST; index += 1) {
      if (wanted.has(index)) {
        const expected = current.toString();
        // Comparing first keeps the report of a failure short.
        if (text(decimalFibonacci(index)) !== expected) throw new Error(`F(${index}) is wrong`);
        if (text(fibonacciDigits(index)) !== expected) throw new Error(`F(${index}) is wrong`);
      }
      [current, next] = [next, current + next];
    }
  });

  test("passes the residue check for every index in a row, whatever its bits", () => {
    for (let index = 12_000; index < 14_048; index += 1) {
      expect(fibonacciDigits(index).length).toBe(digitCount(index));
    }
  });

  test("agrees with the BigInt of the formulas for products at random indexes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000 }), (index) => {
        expect(text(fibonacciDigits(index)) === fibonacciByProducts(index).toString()).toBe(true);
      }),
    );
  });

  test.each([1_999_999, 2_000_000, 3_000_001, 4_194_303])("calculates F(%i) with all its digits", (index) => {
    expect(fibonacciDigits(index).length).toBe(digitCount(index));
  });

  test("forgets an earlier, longer calculation", () => {
    const before = text(fibonacciDigits(20_000));
    fibonacciDigits(500_000);
    expect(text(fibonacciDigits(20_000))).toBe(before);
  });

  test("can be abandoned by an error in the progress listener and started again", () => {
    const stop = () => {
      throw new Error("no longer wanted");
    };
    expect(() => fibonacciDigits(100_000, stop)).toThrow("no longer wanted");
    expect(fibonacciDigits(100_000).length).toBe(20_899);
  });

  test.each([4e9, 1e12, Number.MAX_SAFE_INTEGER])(
    "refuses F(%i), which does not fit in memory, at once",
    (index) => {
      expect(() => fibonacciDigits(index)).toThrow(RangeError);
    },
  );
});
