import { assertIndex } from "./index-range.ts";

/**
 * The primes every answer is checked against: the two largest below 2^31. An error that behaves like a
 * random number escapes both with probability 2^−62. Neither divides a power of ten, so an error in one
 * single digit cannot escape at all.
 */
export const CHECK_PRIMES: readonly number[] = [2_147_483_647, 2_147_483_629];

/** Digits taken in one step: 2^32 · 10^6 stays below 2^53, so every step is exact. */
const GROUP = 6;
/** Parts of the number that are taken at the same time: one alone would wait for each remainder. */
const STREAMS = 4;

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
 * @param prime modulus, an integer from 2 to 2^31, so that no intermediate value reaches 2^53.
 * @returns an integer from 0 to prime − 1.
 * @throws RangeError when prime is out of its range.
 */
export function digitsModulo(digits: Uint8Array, prime: number): number {
  if (!Number.isInteger(prime) || prime < 2 || prime > 2 ** 31) {
    throw new RangeError(`The modulus of a digit array is an integer from 2 to 2^31, got ${prime}`);
  }
  const length = GROUP * Math.floor(digits.length / (GROUP * STREAMS));
  const head = digits.length - STREAMS * length;
  const inverse = 1 / prime;
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let at = head; at < head + length; at += GROUP) {
    first = appendGroup(first, digits, at, prime, inverse);
    second = appendGroup(second, digits, at + length, prime, inverse);
    third = appendGroup(third, digits, at + 2 * length, prime, inverse);
    fourth = appendGroup(fourth, digits, at + 3 * length, prime, inverse);
  }
  const modulus = BigInt(prime);
  const shift = powerModulo(10n, length, modulus);
  let residue = 0n;
  for (let at = 0; at < head; at += 1) residue = (residue * 10n + BigInt(digits[at]! - 0x30)) % modulus;
  for (const stream of [first, second, third, fourth]) {
    residue = (residue * shift + BigInt(stream)) % modulus;
  }
  return Number((residue + modulus) % modulus);
}

/** The residue of a number continued by a group of digits: from −prime to 2·prime, to be reduced later. */
function appendGroup(
  residue: number,
  digits: Uint8Array,
  at: number,
  prime: number,
  inverse: number,
): number {
  const high = digits[at]! * 100 + digits[at + 1]! * 10 + digits[at + 2]! - 0x30 * 111;
  const low = digits[at + 3]! * 100 + digits[at + 4]! * 10 + digits[at + 5]! - 0x30 * 111;
  const value = residue * 1e6 + high * 1e3 + low;
  // A product with the inverse is several times faster than %; its quotient may be off by one.
  return value - Math.floor(value * inverse) * prime;
}

function powerModulo(base: bigint, exponent: number, modulus: bigint): bigint {
  let power = 1n;
  for (const bit of exponent.toString(2)) {
    power = (power * power * (bit === "1" ? base : 1n)) % modulus;
  }
  return power;
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
