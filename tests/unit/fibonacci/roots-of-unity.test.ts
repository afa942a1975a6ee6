import { RootsOfUnity } from "../../../apps/calculator/fibonacci/roots-of-unity.ts";

const BITS = 160n;
const ONE = 1n << BITS;
/** π · 2^160, by Machin's formula π = 16 arctan(1/5) − 4 arctan(1/239). */
const PI = 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);

function arctanOfInverse(divisor: bigint): bigint {
  let sum = 0n;
  let power = ONE / divisor;
  for (let term = 0n; power !== 0n; term += 1n, power /= divisor * divisor) {
    sum += (term % 2n === 0n ? power : -power) / (2n * term + 1n);
  }
  return sum;
}

/** cos and sin of 2π·power/2^order in units of 2^−160, by their power series. */
function reference(power: number, order: number): [cosine: bigint, sine: bigint] {
  const angle = (2n * PI * BigInt(power)) >> BigInt(order);
  const sums: [bigint, bigint] = [0n, 0n];
  let term = ONE;
  for (let n = 0n; term !== 0n; n += 1n, term = (term * angle) / (n * ONE)) {
    sums[Number(n % 2n)]! += n % 4n < 2n ? term : -term;
  }
  return sums;
}

describe("RootsOfUnity", () => {
  test.each([5, 6, 9, 17, 24, 29])("is as accurate as its proof says for the order 2^%i", (order) => {
    const roots = new RootsOfUnity(order);
    const out = new Float64Array(2);
    for (let sample = 0; sample < 500; sample += 1) {
      const power = Math.floor(((sample * 0.618033988749895) % 1) * 2 ** order);
      roots.write(power, out, 0, 1);
      const [re, im] = reference(power, order).map((exact, part) => {
        const written = BigInt(out[part]! * 2 ** 100) << (BITS - 100n);
        return Number(written - exact) / Number(ONE);
      });
      expect(Math.hypot(re!, im!)).toBeLessThan(2 ** -53 * Math.SQRT1_2 * (1 + 2 ** -20));
    }
  });

  test("has the four units exactly", () => {
    const out = new Float64Array(8);
    const roots = new RootsOfUnity(10);
    [0, 256, 512, 768].forEach((power, at) => {
      roots.write(power, out, 2 * at, 2 * at + 1);
    });
    expect([...out].map((part) => part + 0)).toEqual([1, 0, 0, 1, -1, 0, 0, -1]);
  });
});
