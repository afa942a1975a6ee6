/**
 * Rejects everything that is not a valid index of the Fibonacci sequence as this library counts it:
 * an integer from 0 to 2^53 − 1. Larger integers are not exact in a double, so the caller's
 * number would already be a different index than the one that was asked for.
 *
 * @throws RangeError naming the value.
 */
export function assertIndex(index: number): void {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new RangeError(
      `A Fibonacci index is an integer from 0 to ${Number.MAX_SAFE_INTEGER}, got ${index}`,
    );
  }
}
