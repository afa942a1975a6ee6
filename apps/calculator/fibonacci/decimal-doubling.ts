import { fibonacciPair } from "./big-doubling.ts";
import { digitCount } from "./estimate.ts";
import { LIMB } from "./kernels/limbs.ts";
import { addMultiple, writeDecimal } from "./limb-arithmetic.ts";
import { digitsPerLimbFor, type Plan, planFor, type Shape, shapeOfDoubling } from "./plan.ts";
import { type Combination, DecimalProducts } from "./products.ts";
import { Progress } from "./progress.ts";
import { Workspace } from "./workspace.ts";

/** The doubling starts from an index below this one, where BigInt is faster. */
export const FIRST_INDEX = 2000;

/** Limbs both numbers start with, leading zeros included: enough for FIRST_INDEX with two digits each. */
const START_LIMBS = 256;
/** A workspace up to this size is kept for the next calculation; a larger one is given back. */
const KEPT_BYTES = 2 ** 26;

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
  readonly #products: DecimalProducts;
  /** Addresses of the limbs of F(k) and F(k − 1), next to each other, and of the cells of two transforms. */
  readonly #current: number;
  readonly #previous: number;
  readonly #cells: number;

  constructor(index: number, workspace: Workspace, onProgress?: (fraction: number) => void) {
    const digits = digitCount(index);
    const digitsPerLimb = digitsPerLimbFor(digits);
    if (digitsPerLimb === undefined) throw new RangeError(`F(${index}) is too large for double precision`);
    const plan = planFor(digits, digitsPerLimb);
    this.workspace = workspace;
    this.#index = index;
    this.#plan = plan;
    this.#current = workspace.reserve(plan.stages, plan.bytes);
    this.#previous = this.#current + plan.capacity * LIMB;
    this.#cells = this.#previous + plan.capacity * LIMB;
    // The last doubling has three transforms. Those before have four, and each is half as long as the next.
    const progress = new Progress((3 + 4) * plan.cells, onProgress);
    this.#products = new DecimalProducts(workspace, digitsPerLimb, this.#cells, progress);
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

  /** Writes F(k) and F(k − 1) for the small index the doubling starts from. */
  #start(k: number): void {
    const [current, previous] = fibonacciPair(k);
    const { digitsPerLimb } = this.#plan;
    writeDecimal(current.toString(), digitsPerLimb, this.#products.limbs(this.#current, START_LIMBS));
    writeDecimal(previous.toString(), digitsPerLimb, this.#products.limbs(this.#previous, START_LIMBS));
  }

  /** Fills up both numbers with leading zeros, from the limbs already written to those a product reads. */
  #extend(written: number, needed: number): void {
    if (needed <= written) return;
    this.#products.limbs(this.#current, needed).fill(0, written);
    this.#products.limbs(this.#previous, needed).fill(0, written);
  }

  /** From F(k), F(k − 1) to F(next), F(next − 1), where next is 2k or 2k + 1; see `fibonacciPair`. */
  #double(k: number, next: number, shape: Shape): void {
    // With X = F(k)² and Y = F(k − 1)²: F(2k − 1) = X + Y, F(2k) = 3X − 2Y ± 2, F(2k + 1) = 4X − Y ± 2.
    const two = k % 2 === 0 ? 2 : -2;
    const even: Combination = [3, -2, two];
    if (next > 2 * k) {
      this.#products.combineSquares(shape, this.#current, this.#previous, [4, -1, two], even);
    } else {
      this.#products.combineSquares(shape, this.#current, this.#previous, even, [1, 1, 0]);
    }
  }

  /** The digits of F(index), where index is 2k or 2k + 1. */
  #finish(k: number, shape: Shape): Uint8Array {
    const length = 2 * shape.cells;
    const base = 10 ** this.#plan.digitsPerLimb;
    const current = this.#products.limbs(this.#current, length);
    const previous = this.#products.limbs(this.#previous, length);
    // F(2k) = F(k) L(k) and F(2k + 1) = F(k + 1) L(k) − (−1)^k, where L(k) = F(k) + 2 F(k − 1) is also
    // F(k + 1) + F(k − 1) (Vajda, Fibonacci & Lucas Numbers, and the Golden Section, 1989, formulas 6,
    // 13 and 15a). One product instead of two squares.
    let addend = 0;
    if (this.#index > 2 * k) {
      addMultiple(current, 1, previous, current, base);
      addMultiple(current, 1, previous, previous, base);
      addend = k % 2 === 0 ? -1 : 1;
    } else {
      addMultiple(current, 2, previous, previous, base);
    }
    this.#products.multiply(shape, this.#current, this.#previous, this.#current, addend);
    return this.#write(4 * shape.cells);
  }

  /** The digits of the number at `#current`. */
  #write(limbs: number): Uint8Array {
    const { digitsPerLimb } = this.#plan;
    const digits = digitCount(this.#index);
    // The transforms are done; the digits go where they were, behind some room for leading zeros.
    const end = this.#cells + 8 + limbs * digitsPerLimb;
    this.workspace.ascii(digitsPerLimb)(this.#current, limbs, end);
    return new Uint8Array(this.workspace.memory.buffer).slice(end - digits, end);
  }
}
