/**
 * Checks a value against the sequence itself, sharing nothing with the calculator: short ones by
 * addition from F(0), long ones by remainders modulo eight primes near 2^61 and by their length. A wrong
 * digit would have to be wrong by a multiple of all eight.
 */
const byAddition = [0n, 1n];
const texts = new Map<number, string>();
const longestByAddition = 6_000;

const primes = [
  2305843009213693951n,
  2305843009213693921n,
  2305843009213693907n,
  2305843009213693723n,
  2305843009213693693n,
  2305843009213693669n,
  2305843009213693613n,
  2305843009213693561n,
];

/** True when the digits are those of F(index). */
export function isFibonacci(index: number, digits: string): boolean {
  if (index <= longestByAddition) return digits === exact(index);
  const logarithm = index * Math.log10((1 + Math.sqrt(5)) / 2) - Math.log10(5) / 2;
  if (Math.abs(digits.length - 1 - logarithm) > 1.01 || digits.startsWith("0")) return false;
  return primes.every((prime) => remainder(digits, prime) === fibonacciModulo(index, prime));
}

function exact(index: number): string {
  for (let next = byAddition.length; next <= index; next++) {
    byAddition.push(byAddition[next - 1]! + byAddition[next - 2]!);
  }
  const known = texts.get(index) ?? byAddition[index]!.toString();
  texts.set(index, known);
  return known;
}

function remainder(digits: string, prime: bigint): bigint {
  let result = 0n;
  const step = 10n ** 15n;
  const first = digits.length % 15;
  if (first > 0) result = BigInt(digits.slice(0, first));
  for (let at = first; at < digits.length; at += 15) {
    result = (result * step + BigInt(digits.slice(at, at + 15))) % prime;
  }
  return result;
}

/** The top right element of the matrix (1 1; 1 0) to the power of the index. */
function fibonacciModulo(index: number, prime: bigint): bigint {
  let result: Matrix = [1n, 0n, 0n, 1n];
  let power: Matrix = [1n, 1n, 1n, 0n];
  for (let left = BigInt(index); left > 0n; left >>= 1n) {
    if (left & 1n) result = times(result, power, prime);
    power = times(power, power, prime);
  }
  return result[1];
}

type Matrix = [bigint, bigint, bigint, bigint];

function times([a, b, c, d]: Matrix, [e, f, g, h]: Matrix, prime: bigint): Matrix {
  return [(a * e + b * g) % prime, (a * f + b * h) % prime, (c * e + d * g) % prime, (c * f + d * h) % prime];
}
