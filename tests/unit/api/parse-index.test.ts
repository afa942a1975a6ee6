import fc from "fast-check";
import { parseIndex } from "../../../apps/api/parse-index.ts";

const limit = 1_000_000;

describe("An index", () => {
  test("is a whole number, or the same number in decimal digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: limit }), (index) => {
        expect(parseIndex(index, limit)).toBe(index);
        expect(parseIndex(String(index), limit)).toBe(index);
      }),
    );
  });

  test.each([
    -5,
    1.5,
    "abc",
    "1e9",
    "-1",
    "1.0",
    " 7",
    "7 ",
    "007",
    "0x10",
    "",
    null,
    undefined,
    [],
    [7],
    {},
    true,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("is not %p: 400", (given) => {
    expect(() => parseIndex(given, limit)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test.each([limit + 1, "1000001", 1e21, "9".repeat(400)])(
    "above the limit is too high: 422 for %p",
    (given) => {
      expect(() => parseIndex(given, limit)).toThrow(
        expect.objectContaining({ status: 422, title: "Index too high" }),
      );
    },
  );

  test("of minus zero is zero", () => {
    expect(Object.is(parseIndex(-0, limit), 0)).toBe(true);
  });
});
