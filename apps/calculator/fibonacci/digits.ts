import { fibonacciPair } from "./big-doubling.ts";
import { assertIndex } from "./index-range.ts";
import { assertResidues } from "./residue.ts";

const encoder = new TextEncoder();

/**
 * All decimal digits of F(index), where F(0) = 0, F(1) = 1 and F(n) = F(n − 1) + F(n − 2).
 *
 * Pure and synchronous: call it in a worker thread when `estimate(index).milliseconds` is long.
 *
 * @param index integer, 0 or more.
 * @param onProgress called with a growing fraction of the work done, above 0 and at most 1; the last
 *   call has 1. Short calculations may make that call only.
 * @returns ASCII bytes, most significant digit first, no leading zeros.
 * @throws RangeError when index is not an integer from 0 to 2^53 − 1, or when its digits do not fit
 *   in memory.
 * @throws Error naming the index when the digits fail the check of `assertResidues`.
 */
export function fibonacciDigits(index: number, onProgress?: (fraction: number) => void): Uint8Array {
  assertIndex(index);
  const digits = encoder.encode(fibonacciPair(index)[0].toString());
  assertResidues(index, digits);
  onProgress?.(1);
  return digits;
}
