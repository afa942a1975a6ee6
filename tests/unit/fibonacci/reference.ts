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

/** The bytes of `fibonacciDigits` as a string. */
export function text(digits: Uint8Array): string {
  return new TextDecoder().decode(digits);
}
