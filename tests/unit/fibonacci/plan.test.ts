import { digitCount } from "../../../apps/calculator/fibonacci/estimate.ts";
import { SCHOOLBOOK_LIMBS } from "../../../apps/calculator/fibonacci/kernels/schoolbook.ts";
import {
  digitsPerLimbFor,
  errorBound,
  limbCount,
  planFor,
  SCHOOLBOOK_CELLS,
  shapeFor,
  shapeOfDoubling,
} from "../../../apps/calculator/fibonacci/plan.ts";

describe("shapeFor", () => {
  test("has room for the limbs and is at most a quarter too large", () => {
    for (let limbs = 4 * SCHOOLBOOK_CELLS + 1; limbs < 300_000; limbs += 1 + (limbs >> 8)) {
      const { leaf, stages, cells } = shapeFor(limbs);
      expect(cells).toBe(leaf * 4 ** stages);
      expect(leaf).toBeGreaterThanOrEqual(4);
      expect(leaf).toBeLessThanOrEqual(15);
      expect(4 * cells).toBeGreaterThanOrEqual(limbs);
      expect(cells).toBeLessThanOrEqual((5 / 4) * Math.ceil(limbs / 4) + 1);
    }
  });

  test("takes the schoolbook method, in blocks of four cells, for short products", () => {
    for (let limbs = 1; limbs <= 4 * SCHOOLBOOK_CELLS; limbs += 1) {
      const { leaf, stages, cells } = shapeFor(limbs);
      expect([stages, leaf, cells % 4]).toEqual([0, cells, 0]);
      expect(4 * cells).toBeGreaterThanOrEqual(limbs);
      expect(2 * cells).toBeLessThanOrEqual(SCHOOLBOOK_LIMBS);
    }
  });

  test("never shrinks when the limbs grow", () => {
    let before = 0;
    for (let limbs = 1; limbs < 20_000; limbs += 1) {
      const { cells } = shapeFor(limbs);
      expect(cells).toBeGreaterThanOrEqual(before);
      before = cells;
    }
  });
});

describe("digitsPerLimbFor", () => {
  test("takes shorter limbs for longer numbers", () => {
    const indexes = [1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    expect(indexes.map((index) => digitsPerLimbFor(digitCount(index)))).toEqual([6, 5, 5, 4, 4, 3]);
  });

  test("keeps the proven error of every product below one half", () => {
    for (let digits = 1000; digits < 1e9; digits = Math.ceil(digits * 1.03)) {
      const digitsPerLimb = digitsPerLimbFor(digits)!;
      const squares = (limbCount(digits / 2, digitsPerLimb) * 100 ** digitsPerLimb) / 12;
      expect(errorBound(shapeOfDoubling(digits, digitsPerLimb), [squares, squares])).toBeLessThan(0.5);
    }
  });
});

describe("planFor", () => {
  const bytesOf = (index: number) => {
    const digits = digitCount(index);
    return planFor(digits, digitsPerLimbFor(digits)!).bytes;
  };

  test("keeps F(10^8) below an eighth of a gigabyte and F(10^9) below two gigabytes", () => {
    expect(bytesOf(1e8)).toBeLessThan(2 ** 27);
    expect(bytesOf(1e9)).toBeLessThan(2 ** 31);
  });
});
