/**
 * Balanced limbs: a number is Σ limb_j · base^j with every limb from −base/2 to base/2, least significant
 * first. Balanced limbs are half as large as ordinary ones and change sign at random, which keeps the
 * products of a transform, and so their rounding errors, small.
 */

/** Writes an integer from 0 to 2^53 − 1 as balanced limbs, with zeros above it. */
export function writeInteger(value: number, base: number, limbs: Int32Array): void {
  let rest = value;
  for (let at = 0; at < limbs.length; at += 1) {
    const above = Math.floor(rest / base);
    const digits = rest - above * base;
    const carry = digits > base / 2 ? 1 : 0;
    limbs[at] = digits - carry * base;
    rest = above + carry;
  }
  if (rest !== 0) throw new Error("A number has outgrown its limbs");
}

/**
 * out = a + factor·b for a factor of 1 or 2; `out` may be one of the two. Carries go one limb up and no further,
 * so that no limb waits for the one below: the sum's limbs may exceed base/2 by 2.
 *
 * @throws Error when there is no limb left to take the overflow.
 */
export function addMultiple(
  a: Int32Array,
  factor: number,
  b: Int32Array,
  out: Int32Array,
  base: number,
): void {
  const inverse = 1 / base;
  let carryBelow = 0;
  for (let at = 0; at < out.length; at += 1) {
    const value = a[at]! + factor * b[at]!;
    const carry = Math.floor(value * inverse + 0.5);
    out[at] = value - carry * base + carryBelow;
    carryBelow = carry;
  }
  if (carryBelow !== 0) throw new Error("A number has outgrown its limbs");
}
