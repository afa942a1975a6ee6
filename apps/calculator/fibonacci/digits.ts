import { fibonacciPair } from "./big-doubling.ts";
import { decimalFibonacci } from "./decimal-doubling.ts";
import { assertIndex } from "./index-range.ts";
import { assertResidues } from "./residue.ts";

/**
 * Smaller indexes are calculated with BigInt. Both ways take about 3 microseconds here, but this one needs no
 * kernels, whose first use in a thread takes milliseconds.
 */
export const KERNELS_FROM = 450;

const encoder = new TextEncoder();

/**
 * All decimal digits of F(index), where F(0) = 0, F(1) = 1 and F(n) = F(n − 1) + F(n − 2).
 *
 * Synchronous, and the same digits for the same index: call it in a worker thread when
 * `estimate(index).milliseconds` is long. docs/arithmetic.md explains the method.
 *
 * @param index integer, 0 or more; up to about 2.8 · 10^9 the calculation fits in the 4 GiB of a WebAssembly memory.
 * @param onProgress called with a growing fraction of the work done, above 0 and at most 1; the last
 *   call has 1. Short calculations may make that call only.
 * @returns ASCII bytes, most significant digit first, no leading zeros.
 * @throws RangeError when index is not an integer from 0 to 2^53 − 1, or when the calculation does not
 *   fit in memory.
 * @throws Error naming the index when the digits fail the check of `assertResidues`, or when rounding
 *   errors could have made them wrong.
 */
export function fibonacciDigits(index: number, onProgress?: (fraction: number) => void): Uint8Array {
  assertIndex(index);
  const digits =
    index < KERNELS_FROM
      ? encoder.encode(fibonacciPair(index)[0].toString())
      : decimalFibonacci(index, onProgress);
  assertResidues(index, digits);
  onProgress?.(1);
  return digits;
}
