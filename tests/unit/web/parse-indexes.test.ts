import fc from "fast-check";
import { mostAtOnce, parseIndexes, writeIndexes } from "../../../apps/web/numbers/parseIndexes.ts";

describe("Typed indexes", () => {
  test.each([
    ["40", [40]],
    ["10, 20; 30", [10, 20, 30]],
    ["10 20\n30", [10, 20, 30]],
    ["5-8", [5, 6, 7, 8]],
    ["5 – 7", [5, 6, 7]],
    ["5 to 7", [5, 6, 7]],
    ["5..7", [5, 6, 7]],
    ["5…7", [5, 6, 7]],
    ["7, 7", [7, 7]],
    ["0", [0]],
  ])("%p is read as %p", (text, indexes) => {
    expect(parseIndexes(text, 1_000)).toEqual({ indexes });
  });

  test.each([
    ["", "Enter an index first"],
    [" , ", "Enter an index first"],
    ["abc", "“abc” is not a whole number."],
    ["1.5", "“1.5” is not a whole number."],
    ["1e3", "“1e3” is not a whole number."],
    ["1-2-3", "“1-2-3” is not a whole number."],
    ["-5", "“-5” is below 0."],
    ["−5", "“−5” is below 0."],
    ["20-10", "Write the smaller index first: 10-20."],
    ["1,000", "“000” begins with a zero."],
    ["1001", "1,001 is too high: the highest index is 1,000."],
    ["9".repeat(400), "is too high: the highest index is 1,000."],
    ["a".repeat(400), `“${"a".repeat(24)}…” is not a whole number.`],
  ])("%p is rejected with a reason", (text, reason) => {
    const { problem, indexes } = parseIndexes(text, 1_000);
    expect(problem).toContain(reason);
    expect(indexes).toBeUndefined();
  });

  test("a batch holds at most 500 indexes, and a huge range is rejected without being expanded", () => {
    expect(parseIndexes(`1-${mostAtOnce}`, null).indexes).toHaveLength(mostAtOnce);
    expect(parseIndexes("0-999999999", null).problem).toContain("That is 1,000,000,000 indexes.");
  });

  test("without a known limit, any index is left to the API", () => {
    expect(parseIndexes("999999999", null).indexes).toEqual([999_999_999]);
  });

  test("written indexes are read back unchanged", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), (indexes) => {
        expect(parseIndexes(writeIndexes(indexes), null).indexes).toEqual(indexes);
      }),
    );
  });

  test("no text makes the parser throw, and it always answers indexes or a problem", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d ,;.–-]{0,30}$/)), (text) => {
        const { indexes, problem } = parseIndexes(text, 1_000_000);
        expect(indexes === undefined).toBe(problem !== undefined);
        for (const index of indexes ?? []) expect(Number.isSafeInteger(index) && index >= 0).toBe(true);
      }),
    );
  });
});
