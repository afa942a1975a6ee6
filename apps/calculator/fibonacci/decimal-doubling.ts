import { fibonacciPair } from "./big-doubling.ts";
import { digitCount } from "./estimate.ts";
import { CELL } from "./kernels/complex.ts";
import { LIMB } from "./kernels/limbs.ts";
import { addAt, addMultiple, writeDecimal } from "./limb-arithmetic.ts";
import {
  digitsPerLimbFor,
  errorBound,
  LARGEST_ERROR,
  type Plan,
  planFor,
  type Shape,
  shapeOfDoubling,
} from "./plan.ts";
import { Progress } from "./progress.ts";
import { multiplyInPlace, squareInPlace, type Transform } from "./transform.ts";
import { Workspace } from "./workspace.ts";

/** Address of the eight carries the release kernels leave. */
const CARRIES = 64;
/** Limbs both numbers start with, leading zeros included: enough for FIRST_INDEX with two digits each. */
const START_LIMBS = 256;
/** A workspace up to this size is kept for the next calculation; a larger one is given back. */
const KEPT_BYTES = 2 ** 26;

/** The doubling starts from an index below this one, where BigInt is faster. */
export const FIRST_INDEX = 2000;

let kept: Workspace | undefined;

/**
 * All decimal digits of F(index) by fast doubling on numbers that are decimal from the start, so that
 * there is no conversion of radix at the end. docs/arithmetic.md explains the method.
 *
 * @param index integer from FIRST_INDEX to 2^53 − 1.
 * @param onProgress called at times with the growing fraction of the work that is done, below 1.
 * @returns ASCII bytes, most significant first; unchecked, so the caller compares residues.
 * @throws RangeError when the calculation does not fit in 4 GiB or in double precision.
 * @throws Error when the proven bound does not exclude that a product is wrong.
 */
export function decimalFibonacci(index: number, onProgress?: (fraction: number) => void): Uint8Array {
  const doubling = new Doubling(index, kept ?? new Workspace(), onProgress);
  // A calculation that fails leaves no workspace behind.
  kept = undefined;
  const digits = doubling.run();
  if (doubling.workspace.memory.buffer.byteLength <= KEPT_BYTES) kept = doubling.workspace;
  return digits;
}

/** The steps from F(k), F(k − 1) for a small prefix k of the index's bits to F(index). */
class Doubling {
  readonly workspace: Workspace;
  readonly #index: number;
  readonly #plan: Plan;
  readonly #base: number;
  readonly #progress: Progress;
  /** Addresses of the limbs of F(k) and F(k − 1), next to each other, and of the cells of two transforms. */
  readonly #current: number;
  readonly #previous: number;
  readonly #cells: number;

  constructor(index: number, workspace: Workspace, onProgress?: (fraction: number) => void) {
    this.workspace = workspace;
    this.#index = index;
    const digits = digitCount(index);
    const digitsPerLimb = digitsPerLimbFor(digits);
    if (digitsPerLimb === undefined) throw new RangeError(`F(${index}) is too large for double precision`);
    this.#plan = planFor(digits, digitsPerLimb);
    this.#base = 10 ** this.#plan.digitsPerLimb;
    // The last doubling has three transforms. Those before have four, and each is half as long as the next.
    this.#progress = new Progress((3 + 4) * this.#plan.cells, onProgress);
    this.#current = workspace.reserve(this.#plan.stages, this.#plan.bytes);
    this.#previous = this.#current + this.#plan.capacity * LIMB;
    this.#cells = this.#previous + this.#plan.capacity * LIMB;
  }

  run(): Uint8Array {
    let halvings = 0;
    while (this.#index / 2 ** halvings >= FIRST_INDEX) halvings += 1;
    let k = Math.floor(this.#index / 2 ** halvings);
    this.#start(k);
    for (let written = START_LIMBS; ; ) {
      halvings -= 1;
      const next = Math.floor(this.#index / 2 ** halvings);
      const shape = shapeOfDoubling(digitCount(next), this.#plan.digitsPerLimb);
      this.#extend(written, 2 * shape.cells);
      if (halvings === 0) return this.#finish(k, shape);
      this.#double(k, next, shape);
      written = 4 * shape.cells;
      k = next;
    }
  }

  #limbs(address: number, length: number): Int32Array {
    return new Int32Array(this.workspace.memory.buffer, address, length);
  }

  /** Writes F(k) and F(k − 1) for the small index the doubling starts from. */
  #start(k: number): void {
    const [current, previous] = fibonacciPair(k);
    const { digitsPerLimb } = this.#plan;
    writeDecimal(current.toString(), digitsPerLimb, this.#limbs(this.#current, START_LIMBS));
    writeDecimal(previous.toString(), digitsPerLimb, this.#limbs(this.#previous, START_LIMBS));
  }

  /** Fills up both numbers with leading zeros, from the limbs already written to those a transform reads. */
  #extend(written: number, needed: number): void {
    if (needed <= written) return;
    this.#limbs(this.#current, needed).fill(0, written);
    this.#limbs(this.#previous, needed).fill(0, written);
  }

  /** Loads limbs into the first or the second transform; returns it and the sum of the limbs' squares. */
  #load(limbs: number, shape: Shape, which: 0 | 1): [transform: Transform, squares: number] {
    const address = this.#cells + which * shape.cells * CELL;
    const squares = this.workspace.kernels.load(limbs, address, shape.cells);
    return [{ workspace: this.workspace, shape, address, progress: this.#progress }, squares];
  }

  #assertExact(shape: Shape, squares: number, otherSquares: number): void {
    const bound = errorBound(shape, [squares, otherSquares]);
    // Written so that NaN fails as well.
    if (!(bound < LARGEST_ERROR)) {
      throw new Error(
        `A product on the way to F(${this.#index}) could be wrong: its error bound is ${bound}`,
      );
    }
  }

  /** From F(k), F(k − 1) to F(next), F(next − 1), where next is 2k or 2k + 1; see `fibonacciPair`. */
  #double(k: number, next: number, shape: Shape): void {
    const [x, squares] = this.#load(this.#current, shape, 0);
    const [y, otherSquares] = this.#load(this.#previous, shape, 1);
    this.#assertExact(shape, squares, squares);
    this.#assertExact(shape, otherSquares, otherSquares);
    squareInPlace(x);
    squareInPlace(y);
    // With X = F(k)² and Y = F(k − 1)²: F(2k − 1) = X + Y, and but for ±2,
    // F(2k) = 3X − 2Y and F(2k + 1) = 4X − Y.
    const odd = next > 2 * k;
    const factors = odd ? [4, -1, 3, -2] : [3, -2, 1, 1];
    const [current, previous] = [this.#current, this.#previous];
    this.workspace.kernels.releaseTwo(
      ...[x.address, y.address, shape.cells, current, previous, CARRIES],
      ...this.#releaseScalars(shape),
      ...factors,
    );
    const correction = k % 2 === 0 ? 2 : -2;
    this.#settle(current, shape, 0, correction);
    this.#settle(previous, shape, 1, odd ? correction : 0);
  }

  /** The digits of F(index), the double of k or one more. */
  #finish(k: number, shape: Shape): Uint8Array {
    const length = 2 * shape.cells;
    const current = this.#limbs(this.#current, length);
    const previous = this.#limbs(this.#previous, length);
    // F(2k) = F(k) L(k) and F(2k + 1) = F(k + 1) L(k) − (−1)^k, where L(k) = F(k) + 2 F(k − 1) and
    // F(k + 1) = L(k) − F(k − 1) (Knuth, volume 1, section 1.2.8). One product instead of two squares.
    const odd = this.#index > 2 * k;
    if (odd) {
      addMultiple(current, 1, previous, current, this.#base);
      addMultiple(current, 1, previous, previous, this.#base);
    } else {
      addMultiple(current, 2, previous, previous, this.#base);
    }
    const [x, squares] = this.#load(this.#current, shape, 0);
    const [y, otherSquares] = this.#load(this.#previous, shape, 1);
    this.#assertExact(shape, squares, otherSquares);
    multiplyInPlace(x, y);
    const { kernels } = this.workspace;
    kernels.release(x.address, shape.cells, this.#current, CARRIES, ...this.#releaseScalars(shape));
    this.#settle(this.#current, shape, 0, odd ? (k % 2 === 0 ? -1 : 1) : 0);
    return this.#write(4 * shape.cells);
  }

  #releaseScalars(shape: Shape): [scale: number, base: number, inverse: number] {
    return [0.5 / 4 ** shape.stages, this.#base, 1 / this.#base];
  }

  /** Adds the carry out of each run of limbs to the next run, and a small number to the lowest limb. */
  #settle(address: number, shape: Shape, which: 0 | 1, addend: number): void {
    const limbs = this.#limbs(address, 4 * shape.cells);
    const carries = new Float64Array(this.workspace.memory.buffer, CARRIES + which * 32, 4);
    addAt(limbs, 0, addend, this.#base);
    carries.forEach((carry, run) => {
      addAt(limbs, (run + 1) * shape.cells, carry, this.#base);
    });
  }

  #write(count: number): Uint8Array {
    const digits = digitCount(this.#index);
    // The transforms are done; the digits go where they were, behind some room for leading zeros.
    const end = this.#cells + 8 + count * this.#plan.digitsPerLimb;
    this.workspace.ascii(this.#plan.digitsPerLimb).ascii(this.#current, count, end);
    return new Uint8Array(this.workspace.memory.buffer).slice(end - digits, end);
  }
}
