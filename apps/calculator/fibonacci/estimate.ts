import { assertIndex } from "./index-range.ts";
import { digitsPerLimbFor, planFor, SMALLEST_RADIX } from "./plan.ts";

/** Decimal places of the two constants below. */
const PLACES = 60n;
/** log10 φ, φ = (1 + √5)/2 (OEIS A097348), truncated to 60 places. */
const LOG_PHI = 208987640249978733769272089237555416822459923991821095353928n;
/** log10 √5, truncated to 60 places. */
const LOG_ROOT_FIVE = 349485002168009402393130552637753486615909052459418947263546n;
const LOG_PHI_DOUBLE = Number(LOG_PHI) / 1e60;
const LOG_ROOT_FIVE_DOUBLE = Number(LOG_ROOT_FIVE) / 1e60;

/**
 * The exact number of decimal digits of F(index).
 *
 * F(n) is φ^n/√5 rounded to the nearest integer (Knuth, The Art of Computer Programming, volume 1,
 * section 1.2.8), so a power of ten between the two would have to be F(n) itself, and no F(n) with
 * n > 2 is a power of ten. Hence the count is ⌊n log10 φ − log10 √5⌋ + 1. The logarithms are taken to
 * 60 places where doubles do not tell the floor.
 *
 * @param index integer from 0 to 2^53 − 1.
 * @throws RangeError when index is out of its range.
 */
export function digitCount(index: number): number {
  assertIndex(index);
  if (index <= 2) return 1;
  // In doubles the logarithm of an index below 2^31 is wrong by less than 10^−6: enough, and much
  // faster, unless it is that close to an integer.
  const logarithm = index * LOG_PHI_DOUBLE - LOG_ROOT_FIVE_DOUBLE;
  if (index < 2 ** 31 && Math.abs(logarithm - Math.round(logarithm)) > 1e-6) return Math.floor(logarithm) + 1;
  // The truncated constants put the result below the true logarithm by less than `index` units of
  // the last place; both ends of that interval must agree for the floor to be certain.
  const low = BigInt(index) * LOG_PHI - LOG_ROOT_FIVE - 1n;
  const high = low + BigInt(index) + 1n;
  const unit = 10n ** PLACES;
  const digits = low / unit;
  if (high / unit !== digits)
    throw new RangeError(`F(${index}) is too close to a power of ten to count its digits`);
  return Number(digits) + 1;
}

/**
 * What `fibonacciDigits(index)` will cost, before it starts.
 *
 * @param index integer from 0 to 2^53 − 1. For an index that `fibonacciDigits` refuses because it does
 *   not fit in memory, `bytes` is more than the 2^32 there are.
 * @returns `digits`: exact number of decimal digits; `milliseconds`: rough time on one core of an
 *   ordinary machine, once the code is warm; `bytes`: peak memory, the result included.
 * @throws RangeError when index is out of its range.
 */
export function estimate(index: number): { digits: number; milliseconds: number; bytes: number } {
  const digits = digitCount(index);
  const plan = planFor(digits, digitsPerLimbFor(digits) ?? SMALLEST_RADIX);
  // Measured from 10^4 to 10^8: 15 to 30 nanoseconds for a cell and a stage of the largest transform,
  // everything else included. Rounded up for machines that are slower.
  const milliseconds = 0.02 + plan.cells * (plan.stages + 1) * 4e-5;
  return { digits, milliseconds, bytes: plan.bytes + 2 * digits };
}
