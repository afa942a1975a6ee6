import { DigitResidues } from "./digit-residues.ts";
import { assertIndex } from "./index-range.ts";

/**
 * The primes every answer is checked against: the two largest below 2^31. An error that behaves like a
 * random number escapes both with probability 2^−62. Neither divides a power of ten, so an error in one
 * single digit cannot escape at all.
 */
export const CHECK_PRIMES: readonly number[] = [2_147_483_647, 2_147_483_629];

/** Up to this many digits are taken in groups of six, which needs no kernel. */
const FEW_DIGITS = 100;
const GROUP = 6;

let residuesOfMany: DigitResidues | undefined;

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
 * Compares the digits with F(index) modulo every one of `CHECK_PRIMES`, so that a wrong digit cannot
 * leave the library unnoticed.
 *
 * @param index integer from 0 to 2^53 − 1.
 * @param digits ASCII digits, most significant first.
 * @throws Error naming the index when a residue differs.
 */
export function assertResidues(index: number, digits: Uint8Array): void {
  const residues = digits.length <= FEW_DIGITS ? residuesOfFew(digits) : residuesOf(digits);
  CHECK_PRIMES.forEach((prime, which) => {
    const expected = fibonacciModulo(index, prime);
    const actual = residues[which];
    if (actual !== expected) {
      throw new Error(
        `The digits of F(${index}) are wrong: they leave ${actual} modulo ${prime}, F(${index}) leaves ${expected}`,
      );
    }
  });
}

function residuesOf(digits: Uint8Array): number[] {
  residuesOfMany ??= new DigitResidues(CHECK_PRIMES);
  return residuesOfMany.of(digits);
}

/** A residue below 2^31 with six more digits stays below 2^53, so every step is exact. */
function residuesOfFew(digits: Uint8Array): number[] {
  const residues = CHECK_PRIMES.map(() => 0);
  for (let from = 0; from < digits.length; from += GROUP) {
    let group = 0;
    let scale = 1;
    for (let at = from; at < Math.min(from + GROUP, digits.length); at += 1, scale *= 10) {
      group = group * 10 + digits[at]! - 0x30;
    }
    CHECK_PRIMES.forEach((prime, which) => {
      residues[which] = (residues[which]! * scale + group) % prime;
    });
  }
  return residues;
}
