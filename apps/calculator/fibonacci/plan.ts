import { CELL } from "./kernels/complex.ts";
import { LIMB } from "./kernels/limbs.ts";
import { heapEnd } from "./twiddles.ts";

/**
 * The polynomials the transform stops at have from 4 to this many coefficients. A stage divides by four, so with
 * every size in this range there is a transform for nearly every length.
 */
const LARGEST_LEAF = 15;
/**
 * Products of at most this many cells are calculated by the schoolbook method instead, which is faster there.
 * kernels/schoolbook.ts takes twice as many limbs, in blocks of four cells.
 */
export const SCHOOLBOOK_CELLS = 48;
const SCHOOLBOOK_BLOCK = 4;
/** Decimal digits of a limb, best first: a larger limb means a shorter transform and a larger error. */
export const SMALLEST_RADIX = 2;
const RADICES = [6, 5, 4, 3, SMALLEST_RADIX];
/** An error below this leaves no doubt which integer is meant. */
export const LARGEST_ERROR = 0.5;
/** Half the distance from 1 to the next double: the relative error of a rounded operation. */
const UNIT_ROUNDOFF = 2 ** -53;

/**
 * A transform: 2·cells complex coefficients, split `stages` times by 4 from 2·leaf·4^stages. With no stages it
 * stands for the schoolbook method.
 */
export interface Shape {
  readonly leaf: number;
  readonly stages: number;
  /** leaf · 4^stages; a cell holds two coefficients. */
  readonly cells: number;
}

/**
 * The smallest shape whose product holds a number of `limbs` limbs.
 *
 * A product of 2·cells complex coefficients holds 4·cells limbs. The leaf of a transform takes every size from
 * 4 to 15, so it is at most a quarter larger than needed, for any number of limbs.
 */
export function shapeFor(limbs: number): Shape {
  const cells = Math.max(1, Math.ceil(limbs / 4));
  if (cells <= SCHOOLBOOK_CELLS) {
    const leaf = Math.ceil(cells / SCHOOLBOOK_BLOCK) * SCHOOLBOOK_BLOCK;
    return { leaf, stages: 0, cells: leaf };
  }
  let stages = 1;
  while (cells > LARGEST_LEAF * 4 ** stages) stages += 1;
  const leaf = Math.ceil(cells / 4 ** stages);
  return { leaf, stages, cells: leaf * 4 ** stages };
}

/** Limbs that hold a number of `digits` decimal digits when every limb is from −base/2 to base/2. */
export function limbCount(digits: number, digitsPerLimb: number): number {
  // One decimal digit is to spare, so the number is below base^limbs/10, far from the largest balanced one.
  return Math.floor(digits / digitsPerLimb) + 1;
}

/**
 * A proven upper bound of the error of every coefficient of a product before it is rounded to an integer.
 *
 * The argument is that of Percival, "Rapid multiplication modulo the sum and difference of highly composite
 * numbers", Mathematics of Computation 72 (2003), with the error √5 u of a complex product from Brent,
 * Percival and Zimmermann, "Error bounds on complex floating-point multiplication", Mathematics of
 * Computation 76 (2007). docs/arithmetic.md carries it out for these transforms.
 *
 * @param squares Σ a_j² and Σ b_j² over the limbs of the two factors.
 */
export function errorBound(shape: Shape, squares: readonly [number, number]): number {
  // The number of rounding errors u that a path from a limb to a coefficient can meet. In a radix-4 stage:
  // two additions, a complex product (√5) and its twiddle factor (√½).
  const stages = (2 + Math.sqrt(5) + Math.SQRT1_2) * shape.stages;
  const load = 3;
  const leaf = shape.leaf + 2 * Math.sqrt(5) + Math.SQRT1_2;
  const release = 4;
  const roundings = 2 * (load + stages) + leaf + stages + release;
  // (1 + u)^n − 1 is below 1.001 n u for n up to 10^12.
  return 1.001 * roundings * UNIT_ROUNDOFF * Math.sqrt(squares[0] * squares[1]);
}

/**
 * The shape of the products of a doubling whose result has a number of `digits` decimal digits.
 *
 * Its factors are F(k), F(k − 1), F(k + 1) or L(k), all below 3 F(k), and F(k)² is below the result.
 */
export function shapeOfDoubling(digits: number, digitsPerLimb: number): Shape {
  const factor = limbCount(Math.ceil(digits / 2) + 1, digitsPerLimb);
  return shapeFor(Math.max(limbCount(digits, digitsPerLimb), 2 * factor));
}

/** How a Fibonacci number of a known size will be calculated. */
export interface Plan {
  readonly digitsPerLimb: number;
  /** Stages of the largest transform. */
  readonly stages: number;
  /** Cells of the largest transform. */
  readonly cells: number;
  /** Limbs of room that each of the two numbers in the calculation needs. */
  readonly capacity: number;
  /** Bytes of memory: twiddle factors, two numbers in limbs, two transforms. */
  readonly bytes: number;
}

/**
 * The largest number of decimal digits in a limb that the error bound allows.
 *
 * @param digits decimal digits of the Fibonacci number.
 * @returns undefined when even the smallest limbs could lead to a wrong digit.
 */
export function digitsPerLimbFor(digits: number): number | undefined {
  return RADICES.find((candidate) => {
    // The mean square of balanced limbs is base²/12 when their digits are random, as those of Fibonacci
    // numbers seem to be; a fifth is to spare. Every product is checked with its real sum of squares.
    const squares = (1.2 * limbCount(digits / 2, candidate) * 10 ** (2 * candidate)) / 12;
    return errorBound(shapeOfDoubling(digits, candidate), [squares, squares]) < LARGEST_ERROR;
  });
}

/** The plan for a Fibonacci number of `digits` decimal digits in limbs of `digitsPerLimb` of them. */
export function planFor(digits: number, digitsPerLimb: number): Plan {
  const { stages, cells } = shapeOfDoubling(digits, digitsPerLimb);
  // The last doubling has to read its factors; the one before it, to write its results. The product of the last
  // one may use the room of both numbers, but a last doubling by the schoolbook method writes both.
  const before = shapeOfDoubling(Math.ceil(digits / 2), digitsPerLimb);
  const capacity = Math.max(2 * cells, 4 * Math.max(before.cells, Math.min(cells, SCHOOLBOOK_CELLS)));
  return {
    digitsPerLimb,
    stages,
    cells,
    capacity,
    bytes: heapEnd(stages) + 2 * (capacity * LIMB + cells * CELL),
  };
}
