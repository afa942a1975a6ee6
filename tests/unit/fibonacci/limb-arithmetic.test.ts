import fc from "fast-check";
import { addMultiple, writeInteger } from "../../../apps/calculator/fibonacci/limb-arithmetic.ts";

const BASE = 10_000;
const numberOf = (limbs: Int32Array) =>
  limbs.reduceRight((sum, limb) => sum * BigInt(BASE) + BigInt(limb), 0n);
const integers = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** Nineteen balanced limbs and a zero for the overflow. */
const numbers = fc
  .array(fc.integer({ min: -BASE / 2, max: BASE / 2 }), { minLength: 19, maxLength: 19 })
  .map((limbs) => Int32Array.from([...limbs, 0]));

const largest = (limbs: Int32Array) => Math.max(...limbs.map(Math.abs));

describe("balanced limbs", () => {
  test("keep the value of an integer and stay within half the base", () => {
    fc.assert(
      fc.property(integers, (value) => {
        const limbs = new Int32Array(5);
        writeInteger(value, BASE, limbs);
        expect(numberOf(limbs)).toBe(BigInt(value));
        expect(largest(limbs)).toBeLessThanOrEqual(BASE / 2);
      }),
    );
  });

  test("add a multiple of another number, also in place, and exceed half the base by at most 2", () => {
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom(1, 2), (left, right, factor) => {
        const expected = numberOf(left) + BigInt(factor) * numberOf(right);
        addMultiple(left, factor, right, left, BASE);
        expect(numberOf(left)).toBe(expected);
        expect(largest(left)).toBeLessThanOrEqual(BASE / 2 + 2);
      }),
    );
  });

  test("refuse a number that has no limb for its overflow", () => {
    const full = new Int32Array(3).fill(BASE / 2);
    expect(() => addMultiple(full, 2, full, full, BASE)).toThrow("outgrown");
    expect(() => writeInteger(BASE ** 3, BASE, new Int32Array(3))).toThrow("outgrown");
  });
});
