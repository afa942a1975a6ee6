import fc from "fast-check";
import { logScale } from "../../../apps/web/numbers/scale.ts";

describe("The logarithmic scale of the plots", () => {
  test("it spans whole decades around its values, and has at most six ticks", () => {
    const positive = fc.double({ min: 1e-3, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 20 }), (values) => {
        const { at, ticks } = logScale(values);
        for (const value of values) {
          expect(at(value)).toBeGreaterThanOrEqual(-1e-9);
          expect(at(value)).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(at(ticks[0]!)).toBeCloseTo(0);
      }),
    );
  });

  test("without values it still has an axis from 1 to 1000", () => {
    expect(logScale([]).ticks).toEqual([1, 10, 100, 1_000]);
  });

  test("a single value has a decade of its own", () => {
    const { ticks, at } = logScale([100]);
    expect(ticks).toEqual([100, 1_000]);
    expect(at(100)).toBe(0);
  });
});
