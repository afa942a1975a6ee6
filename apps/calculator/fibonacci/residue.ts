import { assertIndex } from "./index-range.ts";

/**
 * The primes every answer is checked against: the largest one below 2^31 and the largest below 2^32.
 * An error that behaves like a random number escapes both with probability 2^−63. Neither divides a
 * power of ten, so an error in one single digit cannot escape at all.
 */
export const CHECK_PRIMES: readonly number[] = [2_147_483_647, 4_294_967_291];

/** Digits taken in one step of `digitsModulo`: 2^32 · 10^6 stays below 2^53, so every step is exact. */
const GROUP = 6;

/**
 * F(index) modulo a prime, in O(log index) steps of fast doubling:
 * F(2k) = F(k) (2 F(k + 1) − F(k)) and F(2k + 1) = F(k)² + F(k + 1)²
 * (Knuth, The Art of Computer Programming, volume 1, section 1.2.8).
 *
 * Shares no code with the calculation of the digits, so that it can serve as a check of it.
 *
 * @param index integer from 0 to 2^53 − 1.
 * @param prime modulus, an integer from 2 to 2^53 − 1 (the identities hold for every modulus; a prime
 *   makes the residue a good check).
 * @returns an integer from 0 to prime − 1.
 * @throws RangeError when either argument is out of its range.
 */
export function fibonacciModulo(index: number, prime: number): number {
  assertIndex(index);
  if (!Number.isSafeInteger(prime) || prime < 2) {
    throw new RangeError(`A modulus is an integer from 2 to ${Number.MAX_SAFE_INTEGER}, got ${prime}`);
  }
  const modulus = BigInt(prime);
  let current = 0n;
  let next = 1n;
  for (const bit of index.toString(2)) {
    const even = (current * (2n * next - current + modulus)) % modulus;
    const odd = (current * current + next * next) % modulus;
    current = bit === "1" ? odd : even;
    next = bit === "1" ? (even + odd) % modulus : odd;
  }
  return Number(current % modulus);
}

/**
 * The number written by an array of ASCII digits, modulo a prime.
 *
 * @param digits ASCII bytes 0x30 to 0x39, most significant first; an empty array is 0.
 * @param prime modulus, an integer from 2 to 2^32, so that no intermediate value reaches 2^53.
 * @returns an integer from 0 to prime − 1.
 * @throws RangeError when prime is out of its range.
 */
export function digitsModulo(digits: Uint8Array, prime: number): number {
  if (!Number.isInteger(prime) || prime < 2 || prime > 2 ** 32) {
    throw new RangeError(`The modulus of a digit array is an integer from 2 to 2^32, got ${prime}`);
  }
  const head = digits.length % GROUP;
  let residue = 0;
  for (let at = 0; at < head; at += 1) residue = residue * 10 + digits[at]! - 0x30;
  residue %= prime;
  const inverse = 1 / prime;
  for (let at = head; at < digits.length; at += GROUP) {
    const high = digits[at]! * 100 + digits[at + 1]! * 10 + digits[at + 2]! - 0x30 * 111;
    const low = digits[at + 3]! * 100 + digits[at + 4]! * 10 + digits[at + 5]! - 0x30 * 111;
    const value = residue * 1e6 + high * 1e3 + low;
    // A multiplication by the inverse is several times faster than %, and its quotient is at most
    // one too large or too small, which the two comparisons repair.
    residue = value - Math.floor(value * inverse) * prime;
    if (residue < 0) residue += prime;
    else if (residue >= prime) residue -= prime;
  }
  return residue;
}

/**
 * Compares the digits with F(index) modulo every one of `CHECK_PRIMES`, so that a wrong digit cannot
 * leave the library unnoticed.
 *
 * @param index integer from 0 to 2^53 − 1.
 * @param digits ASCII digits, most significant first.
 * @throws Error naming the index when a residue differs.
 */
export function assertResidues(index: number, digits: Uint8Array): void {
  for (const prime of CHECK_PRIMES) {
    const expected = fibonacciModulo(index, prime);
    const actual = digitsModulo(digits, prime);
    if (actual !== expected) {
      throw new Error(
        `The digits of F(${index}) are wrong: they leave ${actual} modulo ${prime}, F(${index}) leaves ${expected}`,
      );
    }
  }
}
