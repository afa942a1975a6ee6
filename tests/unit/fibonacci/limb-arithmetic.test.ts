import fc from "fast-check";
import { addAt, addMultiple, writeDecimal } from "../../../apps/calculator/fibonacci/limb-arithmetic.ts";

const BASE = 10_000;
const numberOf = (limbs: Int32Array) =>
  limbs.reduceRight((sum, limb) => sum * BigInt(BASE) + BigInt(limb), 0n);
const numbers = fc.stringMatching(/^[1-9][0-9]{0,70}$/);

function limbsOf(decimal: string): Int32Array {
  const limbs = new Int32Array(20);
  writeDecimal(decimal, 4, limbs);
  return limbs;
}

describe("balanced limbs", () => {
  test("keep the value of a decimal number and stay within half the base", () => {
    fc.assert(
      fc.property(numbers, (decimal) => {
        const limbs = limbsOf(decimal);
        expect(numberOf(limbs)).toBe(BigInt(decimal));
        expect(Math.max(...limbs.map(Math.abs))).toBeLessThanOrEqual(BASE / 2);
      }),
    );
  });

  test("add a multiple of another number, also in place", () => {
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom(1, 2), (left, right, factor) => {
        const limbs = limbsOf(left);
        addMultiple(limbs, factor, limbsOf(right), limbs, BASE);
        expect(numberOf(limbs)).toBe(BigInt(left) + BigInt(factor) * BigInt(right));
        expect(Math.max(...limbs.map(Math.abs))).toBeLessThanOrEqual(BASE / 2);
      }),
    );
  });

  test("take a large addend at any place", () => {
    const addends = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
    fc.assert(
      fc.property(numbers, addends, fc.integer({ min: 0, max: 10 }), (decimal, addend, place) => {
        const limbs = limbsOf(decimal);
        addAt(limbs, place, addend, BASE);
        expect(numberOf(limbs)).toBe(BigInt(decimal) + BigInt(addend) * BigInt(BASE) ** BigInt(place));
      }),
    );
  });

  test("refuse a sum that has no limb for its overflow", () => {
    const full = new Int32Array(3).fill(BASE / 2);
    expect(() => addMultiple(full, 2, full, full, BASE)).toThrow("outgrown");
    expect(() => addAt(full, 3, 1, BASE)).toThrow("outgrown");
  });
});
