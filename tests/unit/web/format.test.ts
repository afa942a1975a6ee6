import fc from "fast-check";
import {
  count,
  digitsOf,
  duration,
  grouped,
  groups,
  shortCount,
  when,
} from "../../../apps/web/numbers/format.ts";
import { slowFibonacci } from "../../support/slow-fibonacci.ts";

describe("Formats of the page", () => {
  test.each([
    [0, "0 digits"],
    [1, "1 digit"],
    [1_234, "1,234 digits"],
  ])("a count of %d is written %p", (amount, text) => {
    expect(count(amount, "digit", "digits")).toBe(text);
  });

  test.each([
    [999, "999"],
    [1_000, "1k"],
    [10_000, "10k"],
    [1_000_000, "1M"],
  ])("the tick %d is labelled %p", (value, text) => {
    expect(shortCount(value)).toBe(text);
  });

  test.each([
    [0.0123, "0.01 ms"],
    [0.4, "0.4 ms"],
    [8.26, "8.3 ms"],
    [12.4, "12 ms"],
    [1_240, "1.2 s"],
    [9.96, "10 ms"],
    [999.7, "1 s"],
    [59_400, "59 s"],
    [59_900, "1 min 0 s"],
    [200_000, "3 min 20 s"],
    [119_800, "2 min 0 s"],
  ])("a duration of %d ms is written %p", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  test("a time of today is written without its date, an older one with it", () => {
    const now = new Date();
    expect(when(now.toISOString())).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(when("2020-02-03T12:00:00.000Z")).toMatch(/^3 Feb, \d\d:\d\d$/);
  });

  test("the predicted count of digits is exact for each index up to 5000", () => {
    const exact = slowFibonacci(5_000);
    const wrong = exact.flatMap((value, index) => (digitsOf(index) === String(value).length ? [] : [index]));
    expect(wrong).toEqual([]);
  });

  test("the predicted count of digits is exact for large indexes", () => {
    expect(digitsOf(1_000_000)).toBe(208_988);
    expect(digitsOf(47_850_000)).toBe(10_000_059);
  });

  test("groups join to the same digits, and every group but the first has three", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,60}$/), (digits) => {
        const [first, ...rest] = groups(digits);
        expect([first, ...rest].join("")).toBe(digits);
        expect(rest.every((group) => group.length === 3)).toBe(true);
      }),
    );
  });

  test("the beginning of a long number is grouped as the whole number would be", () => {
    expect(groups("1234567", 8)).toEqual(["12", "345", "67"]);
    expect(grouped(1_234_567)).toBe("1,234,567");
  });
});
