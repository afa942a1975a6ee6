/**
 * Takes the place of the arithmetic, which tests/unit/calculator checks: what matters here is who
 * calculates an index and when. Small indexes have their true digits; the digits of the others are
 * made up, the same for the same index.
 */
const known: bigint[] = [0n, 1n];
const largestTrue = 300;

export function digitsOf(index: number): string {
  if (index > largestTrue) return `${index}`.repeat(index % 7 === 0 ? 200 : 3);
  for (let next = known.length; next <= index; next++) known.push(known[next - 1]! + known[next - 2]!);
  return String(known[index]);
}

export function fibonacciDigits(index: number): Uint8Array {
  host.current.calculation(index, "started");
  const digits = new TextEncoder().encode(digitsOf(index));
  host.current.calculation(index, "ended");
  return digits;
}
