/**
 * The slow reference: F(0), F(1), … F(last) by nothing but addition, as decimal strings. Shares no code
 * and no identity with the library.
 */
export function sequenceByAddition(last: number): string[] {
  const sequence: string[] = [];
  let current = 0n;
  let next = 1n;
  for (let index = 0; index <= last; index += 1) {
    sequence.push(current.toString());
    [current, next] = [next, current + next];
  }
  return sequence;
}

/**
 * F(index) on BigInt by F(2k) = F(k) (2 F(k + 1) − F(k)) and F(2k + 1) = F(k)² + F(k + 1)²: other formulas than the
 * library's, for indexes that addition alone takes too long to reach.
 */
export function fibonacciByProducts(index: number): bigint {
  let [current, next] = [0n, 1n];
  for (const bit of index.toString(2)) {
    const even = current * (2n * next - current);
    const odd = current * current + next * next;
    [current, next] = bit === "1" ? [odd, even + odd] : [even, odd];
  }
  return current;
}

/** The bytes of `fibonacciDigits` as a string. */
export function text(digits: Uint8Array): string {
  return new TextDecoder().decode(digits);
}
