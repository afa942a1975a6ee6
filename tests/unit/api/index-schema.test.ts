import fc from "fast-check";
import { digitsUpTo, parseIndex } from "../../../apps/api/index-schema.ts";

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

test("The pattern of an index as text fits the numbers from 0 to the limit, and no others", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000_000 }),
      fc.integer({ min: 0, max: 2_000_000_000 }),
      (one, other) => {
        const pattern = new RegExp(`^${digitsUpTo(one)}$`);
        for (const index of [0, 9, 10, one, one + 1, Math.max(0, one - 1), other]) {
          expect([one, index, pattern.test(String(index))]).toEqual([one, index, index <= one]);
        }
        for (const text of ["", "00", "01", "-1", "1e3", ` ${one}`]) expect(pattern.test(text)).toBe(false);
      },
    ),
  );
  for (const limit of [0, 1, 9, 10, 11, 19, 20, 99, 100, 101, 1_000_000]) {
    const pattern = new RegExp(`^${digitsUpTo(limit)}$`);
    for (let index = 0; index <= 120; index++) expect(pattern.test(String(index))).toBe(index <= limit);
  }
});
