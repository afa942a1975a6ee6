import { digitCount } from "./estimate.ts";

/** Sizes of the polynomials the transform stops at: every size in the range has its own kernel. */
const SMALLEST_LEAF = 4;
/** Decimal digits of a limb, best first: a larger limb means a shorter transform and a larger error. */
const RADICES = [6, 5, 4, 3, 2] as const;
/** Half the distance from 1 to the next double: the relative error of a rounded operation. */
const UNIT_ROUNDOFF = 2 ** -53;

/** A transform: 2·cells complex coefficients, split `stages` times by 4 from 2·leaf·4^stages. */
export interface Shape {
  readonly leaf: number;
  readonly stages: number;
  /** leaf · 4^stages; a cell holds two coefficients. */
  readonly cells: number;
}

/**
 * The smallest shape whose product holds a number of `limbs` limbs.
 *
 * A product of 2·cells complex coefficients holds 4·cells limbs. The leaf takes every size from 4 to 15,
 * so it is at most a quarter larger than needed, for any number of limbs.
 */
export function shapeFor(limbs: number): Shape {
  const cells = Math.max(4 * SMALLEST_LEAF, Math.ceil(limbs / 4));
  let stages = 1;
  while (Math.ceil(cells / 4 ** (stages + 1)) >= SMALLEST_LEAF) stages += 1;
  const leaf = Math.ceil(cells / 4 ** stages);
  if (leaf >= 4 * SMALLEST_LEAF)
    return { leaf: SMALLEST_LEAF, stages: stages + 1, cells: SMALLEST_LEAF * 4 ** (stages + 1) };
  return { leaf, stages, cells: leaf * 4 ** stages };
}

/** Limbs that hold a number of `digits` decimal digits when every limb is from −base/2 to base/2. */
export function limbCount(digits: number, digitsPerLimb: number): number {
  // One decimal digit is to spare, so the number is below base^limbs/10, far from the largest balanced one.
  return Math.floor(digits / digitsPerLimb) + 1;
}

/**
 * A proven upper bound of the error of every coefficient of a product, before it is rounded to an integer.
 * Derived in docs/arithmetic.md; after Brent, Percival and Zimmermann, "Error bounds on complex
 * floating-point multiplication", Mathematics of Computation 76 (2007), theorem 5.1.
 *
 * @param squares Σ a_j² and Σ b_j² over the limbs of the two factors.
 */
export function errorBound(shape: Shape, squares: readonly [number, number]): number {
  // A radix-4 stage: two additions, one complex product (√5), a twiddle factor wrong by √½.
  const stages = (2 + Math.sqrt(5) + Math.SQRT1_2) * shape.stages;
  const forward = 3 + stages;
  const leaf = shape.leaf + 2 * Math.sqrt(5) + Math.SQRT1_2;
  const inverse = stages + 4;
  // (1 + u)^n − 1 is below 1.001 n u for these n.
  return 1.001 * (2 * forward + leaf + inverse) * UNIT_ROUNDOFF * Math.sqrt(squares[0] * squares[1]);
}

/** The number of decimal digits of a limb with which F(index) is calculated. */
export function digitsPerLimbFor(index: number): number {
  const digits = digitCount(index) + 1;
  for (const digitsPerLimb of RADICES) {
    const limbs = limbCount(digits, digitsPerLimb);
    // Balanced limbs of random digits have the mean square base²/12. The digits of Fibonacci numbers
    // behave like random ones, give or take; the multiplication checks the real sum of squares.
    const squares = (1.2 * (limbs / 2) * 10 ** (2 * digitsPerLimb)) / 12;
    if (errorBound(shapeFor(limbs), [squares, squares]) < 0.45) return digitsPerLimb;
  }
  throw new RangeError(`F(${index}) has too many digits for a transform in double precision`);
}
