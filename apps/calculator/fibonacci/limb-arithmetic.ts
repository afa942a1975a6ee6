/**
 * Balanced limbs: a number is Σ limb_j · base^j with every limb from −base/2 to base/2, least significant
 * first. Balanced limbs are half as large as ordinary ones and change sign at random, which keeps the
 * products of a transform, and so their rounding errors, small.
 */

/** Writes a non-negative decimal number as balanced limbs, with zeros above it. */
export function writeDecimal(decimal: string, digitsPerLimb: number, limbs: Int32Array): void {
  const base = 10 ** digitsPerLimb;
  let end = decimal.length;
  let carry = 0;
  for (let at = 0; at < limbs.length; at += 1, end -= digitsPerLimb) {
    const digits = end > 0 ? decimal.slice(Math.max(0, end - digitsPerLimb), end) : "0";
    const value = Number(digits) + carry;
    carry = value > base / 2 ? 1 : 0;
    limbs[at] = value - carry * base;
  }
}

/**
 * Adds an integer to the limb at `place`, and what overflows to the limbs above.
 *
 * @throws Error when there is no limb left to take the overflow.
 */
export function addAt(limbs: Int32Array, place: number, addend: number, base: number): void {
  let carry = addend;
  for (let at = place; carry !== 0; at += 1) {
    if (at >= limbs.length) throw new Error("A number has outgrown its limbs");
    const value = limbs[at]! + carry;
    carry = Math.round(value / base);
    limbs[at] = value - carry * base;
  }
}

/** out = a + factor·b for a factor of 1 or 2; `out` may be one of the two. */
export function addMultiple(
  a: Int32Array,
  factor: number,
  b: Int32Array,
  out: Int32Array,
  base: number,
): void {
  const inverse = 1 / base;
  let carry = 0;
  for (let at = 0; at < out.length; at += 1) {
    const value = a[at]! + factor * b[at]! + carry;
    carry = Math.floor(value * inverse + 0.5);
    out[at] = value - carry * base;
  }
  if (carry !== 0) throw new Error("A number has outgrown its limbs");
}
