import fc from "fast-check";
import { DigitResidues } from "../../../apps/calculator/fibonacci/digit-residues.ts";
import { assertResidues, CHECK_PRIMES, fibonacciModulo } from "../../../apps/calculator/fibonacci/residue.ts";
import { sequenceByAddition } from "./reference.ts";

const ascii = (digits: string) => new TextEncoder().encode(digits);

describe("fibonacciModulo", () => {
  test("agrees with iterated addition", () => {
    const sequence = sequenceByAddition(1000);
    for (const prime of [2, 10, 97, ...CHECK_PRIMES, 2 ** 53 - 111]) {
      sequence.forEach((digits, index) => {
        expect(fibonacciModulo(index, prime)).toBe(Number(BigInt(digits) % BigInt(prime)));
      });
    }
  });

  test("repeats with the Pisano period, also for the largest indexes", () => {
    // Modulo 10 the sequence has period 60.
    expect(fibonacciModulo(Number.MAX_SAFE_INTEGER, 10)).toBe(
      fibonacciModulo(Number.MAX_SAFE_INTEGER % 60, 10),
    );
  });

  test("rejects a modulus below 2", () => {
    expect(() => fibonacciModulo(5, 1)).toThrow(RangeError);
  });
});

describe("DigitResidues", () => {
  /** The remainder of a long number, digit by digit. */
  const remainder = (digits: string, modulus: number) =>
    Number([...digits].reduce((rest, digit) => (rest * 10n + BigInt(digit)) % BigInt(modulus), 0n));

  test("agrees with BigInt for every length and modulus", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{0,600}$/),
        fc.integer({ min: 2, max: 2 ** 31 }),
        (digits, modulus) => {
          const expected = remainder(digits, modulus);
          expect(new DigitResidues([modulus]).of(ascii(digits))).toEqual([expected]);
        },
      ),
    );
  });

  test("takes the largest residues and the largest digits without an overflow", () => {
    const moduli = [2 ** 31, ...CHECK_PRIMES, 2 ** 31 - 2];
    const residues = new DigitResidues(moduli);
    for (const length of [255, 256, 257, 4096, 60_000, 64_000, 70_000, 140_001]) {
      const digits = "9".repeat(length);
      expect(residues.of(ascii(digits))).toEqual(moduli.map((modulus) => remainder(digits, modulus)));
    }
  });

  test("is 0 for an empty array, also after a long one", () => {
    const residues = new DigitResidues(CHECK_PRIMES);
    residues.of(ascii("7".repeat(1000)));
    expect(residues.of(ascii(""))).toEqual([0, 0]);
  });

  test("rejects a modulus above 2^31, where its sums would no longer be exact", () => {
    expect(() => new DigitResidues([2 ** 31 + 1])).toThrow(RangeError);
  });
});

describe("assertResidues", () => {
  test("accepts the digits of F(index)", () => {
    sequenceByAddition(300).forEach((digits, index) => {
      expect(() => assertResidues(index, ascii(digits))).not.toThrow();
    });
  });

  test.each([300, 500])("refuses a single wrong digit of F(%i) at any place and names the index", (index) => {
    const right = sequenceByAddition(index)[index]!;
    for (let place = 0; place < right.length; place += 1) {
      const wrong = ascii(right);
      wrong[place] = 0x30 + ((wrong[place]! - 0x30 + 1) % 10);
      expect(() => assertResidues(index, wrong)).toThrow(`F(${index})`);
    }
  });
});
