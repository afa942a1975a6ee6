import fc from "fast-check";
import { fibonacciDigits } from "../../../apps/calculator/fibonacci/digits.ts";
import { sequenceByAddition, text } from "./reference.ts";

const fibonacci = (index: number) => BigInt(text(fibonacciDigits(index)));
const indexes = fc.integer({ min: 1, max: 20_000 });

describe("fibonacciDigits", () => {
  test("agrees with iterated addition for every index up to 3000", () => {
    const expected = sequenceByAddition(3000);
    expect(expected.map((_, index) => text(fibonacciDigits(index)))).toEqual(expected);
  });

  test("knows published values", () => {
    expect(text(fibonacciDigits(0))).toBe("0");
    expect(text(fibonacciDigits(1))).toBe("1");
    expect(text(fibonacciDigits(100))).toBe("354224848179261915075");
    expect(text(fibonacciDigits(300))).toBe(
      "222232244629420445529739893461909967206666939096499764990979600",
    );
  });

  test("writes ASCII digits, most significant first, without leading zeros", () => {
    expect([...fibonacciDigits(12)]).toEqual([0x31, 0x34, 0x34]);
    expect([...fibonacciDigits(0)]).toEqual([0x30]);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "7" as unknown as number])(
    "rejects %p as an index with a RangeError",
    (index) => {
      expect(() => fibonacciDigits(index)).toThrow(RangeError);
    },
  );

  test("satisfies Cassini's identity F(n − 1) F(n + 1) − F(n)² = (−1)^n", () => {
    fc.assert(
      fc.property(indexes, (n) => {
        const left = fibonacci(n - 1) * fibonacci(n + 1) - fibonacci(n) ** 2n;
        expect(left).toBe(n % 2 === 0 ? 1n : -1n);
      }),
    );
  });

  test("satisfies the addition formula F(m + n) = F(m) F(n + 1) + F(m − 1) F(n)", () => {
    fc.assert(
      fc.property(indexes, indexes, (m, n) => {
        expect(fibonacci(m + n)).toBe(fibonacci(m) * fibonacci(n + 1) + fibonacci(m - 1) * fibonacci(n));
      }),
    );
  });

  test("has gcd(F(m), F(n)) = F(gcd(m, n))", () => {
    const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 }), (m, n) => {
        const common = Number(gcd(BigInt(m), BigInt(n)));
        expect(gcd(fibonacci(m), fibonacci(n))).toBe(fibonacci(common));
      }),
    );
  });

  test("reports progress that grows and ends at 1", () => {
    const fractions: number[] = [];
    fibonacciDigits(50_000, (fraction) => fractions.push(fraction));
    expect(fractions.length).toBeGreaterThan(0);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBeGreaterThan(0);
    expect(fractions.at(-1)).toBe(1);
  });
});
