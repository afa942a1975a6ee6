/**
 * Numbers of about 104 bits, each the unevaluated sum of a double and a much smaller one (Dekker,
 * "A floating-point technique for extending the available precision", Numerische Mathematik 18, 1971).
 * Only what the table of roots of unity needs.
 */

/** 2^27 + 1: multiplying by it splits a double into two halves of 26 bits (Veltkamp). */
const SPLITTER = 134_217_729;

/** a·b − product exactly, where product is a·b rounded (Dekker). */
function errorOfProduct(a: number, b: number, product: number): number {
  const splitA = SPLITTER * a;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = SPLITTER * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** a + b − sum exactly, where sum is a + b rounded (Knuth, volume 2, section 4.2.2, theorem B). */
function errorOfSum(a: number, b: number, sum: number): number {
  const shift = sum - a;
  return a - (sum - shift) + (b - shift);
}

/**
 * Writes a·b + c·d to two elements of `out`: the nearest double, except for an error below 2^−100, then
 * the rest. The factors are given by their high and low parts and are at most 1 in size.
 */
export function writeSumOfProducts(
  aHigh: number,
  aLow: number,
  bHigh: number,
  bLow: number,
  cHigh: number,
  cLow: number,
  dHigh: number,
  dLow: number,
  out: Float64Array,
  at: number,
): void {
  const left = aHigh * bHigh;
  const right = cHigh * dHigh;
  const leftRest = errorOfProduct(aHigh, bHigh, left) + (aHigh * bLow + aLow * bHigh);
  const rightRest = errorOfProduct(cHigh, dHigh, right) + (cHigh * dLow + cLow * dHigh);
  const sum = left + right;
  const rest = errorOfSum(left, right, sum) + (leftRest + rightRest);
  const high = sum + rest;
  out[at] = high;
  out[at + 1] = sum - high + rest;
}
