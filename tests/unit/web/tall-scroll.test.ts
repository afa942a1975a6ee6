import fc from "fast-check";
import { offsetAt, rowAt, scrolledHeight, scrollTo } from "../../../apps/web/numbers/tallScroll.ts";

const rowHeight = 26;
const view = 700;
const size = fc.integer({ min: 30, max: 20_000_000 }).map((rows) => ({ rows, rowHeight, view }));

describe("Scrolling through lists of any length", () => {
  test("the element is never taller than browsers allow", () => {
    expect(scrolledHeight(1_000)).toBe(1_000);
    expect(scrolledHeight(1e9)).toBe(16_000_000);
  });

  test("scrolling to a row puts that row at the upper edge", () => {
    fc.assert(
      fc.property(size, fc.double({ min: 0, max: 1, noNaN: true }), (of, fraction) => {
        const row = Math.floor(fraction * (of.rows - 1));
        expect(rowAt(scrollTo(row, of), of)).toBeCloseTo(row, 3);
      }),
    );
  });

  test("the row at the upper edge is drawn at the scroll position", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 15_000_000 }), (of, scrollTop) => {
        expect(offsetAt(rowAt(scrollTop, of), scrollTop, of)).toBeCloseTo(scrollTop, 3);
      }),
    );
  });

  test("the lower end of the element shows the last row", () => {
    fc.assert(
      fc.property(size, (of) => {
        const end = scrolledHeight(of.rows * rowHeight) - view;
        expect(rowAt(end, of) + view / rowHeight).toBeCloseTo(of.rows, 3);
      }),
    );
  });
});
