import fc from "fast-check";
import {
  assertResidues,
  CHECK_PRIMES,
  digitsModulo,
  fibonacciModulo,
} from "../../../apps/calculator/fibonacci/residue.ts";
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

describe("digitsModulo", () => {
  test("agrees with BigInt for every length and modulus", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{0,200}$/),
        fc.integer({ min: 2, max: 2 ** 31 }),
        (digits, modulus) => {
          expect(digitsModulo(ascii(digits), modulus)).toBe(Number(BigInt(digits || "0") % BigInt(modulus)));
        },
      ),
    );
  });

  test("rejects a modulus above 2^31, where its steps would no longer be exact", () => {
    expect(() => digitsModulo(ascii("1"), 2 ** 31 + 1)).toThrow(RangeError);
  });
});

describe("assertResidues", () => {
  test("accepts the digits of F(index)", () => {
    sequenceByAddition(300).forEach((digits, index) => {
      expect(() => assertResidues(index, ascii(digits))).not.toThrow();
    });
  });

  test("refuses a single wrong digit at any place and names the index", () => {
    const right = sequenceByAddition(500)[500]!;
    for (let place = 0; place < right.length; place += 1) {
      const wrong = ascii(right);
      wrong[place] = 0x30 + ((wrong[place]! - 0x30 + 1) % 10);
      expect(() => assertResidues(500, wrong)).toThrow("F(500)");
    }
  });
});
