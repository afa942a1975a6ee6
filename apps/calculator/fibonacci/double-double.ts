/**
 * Numbers of about 104 bits, each the unevaluated sum of two doubles (Dekker, "A floating-point technique
 * for extending the available precision", Numerische Mathematik 18, 1971). Only what the table of roots
 * of unity needs.
 *
 * A function returns the high part and leaves the low part in `low`: an object for each result would
 * cost more than the arithmetic.
 */
export let low = 0;

/** 2^27 + 1: multiplying by it splits a double into two halves of 26 bits (Veltkamp). */
const SPLITTER = 134_217_729;

/** a·b exactly, as the returned double plus `low` (Dekker). */
function twoProduct(a: number, b: number): number {
  const product = a * b;
  const splitA = SPLITTER * a;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = SPLITTER * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  low = highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
  return product;
}

/**
 * a·b + c·d, where each factor is given by its high and low part and all are at most 1 in size.
 *
 * @returns the sum rounded to the nearest double, except for an error below 2^−100; `low` is the rest.
 */
export function sumOfProducts(
  aHigh: number,
  aLow: number,
  bHigh: number,
  bLow: number,
  cHigh: number,
  cLow: number,
  dHigh: number,
  dLow: number,
): number {
  const left = twoProduct(aHigh, bHigh);
  const leftLow = low + (aHigh * bLow + aLow * bHigh);
  const right = twoProduct(cHigh, dHigh);
  const rightLow = low + (cHigh * dLow + cLow * dHigh);
  // Knuth's TwoSum (The Art of Computer Programming, volume 2, section 4.2.2, theorem B).
  const sum = left + right;
  const shift = sum - left;
  const error = left - (sum - shift) + (right - shift);
  const rest = error + (leftLow + rightLow);
  const high = sum + rest;
  low = sum - high + rest;
  return high;
}
