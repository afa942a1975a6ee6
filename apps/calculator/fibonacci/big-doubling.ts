/**
 * F(index) and F(index − 1) on BigInt, by fast doubling from the top bit of the index down.
 * F(−1) = 1, so the pair of index 0 is [0, 1].
 *
 * Identities (Knuth, The Art of Computer Programming, volume 1, section 1.2.8; the same two squarings
 * a step as GMP's `mpn_fib2_ui`):
 *
 *     F(2k − 1) = F(k)² + F(k − 1)²
 *     F(2k + 1) = 4 F(k)² − F(k − 1)² + 2 (−1)^k
 *     F(2k)     = F(2k + 1) − F(2k − 1)
 *
 * @param index integer, 0 or more; the caller has checked it.
 */
export function fibonacciPair(index: number): [current: bigint, previous: bigint] {
  let current = 0n;
  let previous = 1n;
  let odd = false;
  for (const bit of index.toString(2)) {
    const square = current * current;
    const previousSquare = previous * previous;
    const below = square + previousSquare;
    const above = 4n * square - previousSquare + (odd ? -2n : 2n);
    odd = bit === "1";
    current = odd ? above : above - below;
    previous = odd ? above - below : below;
  }
  return [current, previous];
}
