import { digitCount } from "./estimate.ts";
import { ASCII_STORE } from "./kernels/ascii.ts";
import { LIMB } from "./kernels/limbs.ts";
import { addMultiple, writeInteger } from "./limb-arithmetic.ts";
import { digitsPerLimbFor, type Plan, planFor, type Shape, shapeOfDoubling } from "./plan.ts";
import { type Combination, DecimalProducts } from "./products.ts";
import { Progress } from "./progress.ts";
import { Workspace } from "./workspace.ts";

/** F of this index is the last below 2^53: up to here doubles are exact. */
const LAST_START = 78;

/** Limbs both numbers start with, leading zeros included: enough for LAST_START with two digits each. */
const START_LIMBS = 9;
/** A workspace up to this size is kept for the next calculation; a larger one is given back. */
const KEPT_BYTES = 2 ** 26;

let kept: Workspace | undefined;

/**
 * All decimal digits of F(index) by fast doubling on numbers that are decimal from the start, so that
 * there is no conversion of radix at the end. docs/arithmetic.md explains the method.
 *
 * @param index integer from 0 to 2^53 − 1.
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
    while (this.#index / 2 ** halvings > LAST_START) halvings += 1;
    let k = Math.floor(this.#index / 2 ** halvings);
    this.#start(k);
    for (let written = START_LIMBS; halvings > 0; ) {
      halvings -= 1;
      const next = Math.floor(this.#index / 2 ** halvings);
      const shape = shapeOfDoubling(digitCount(next), this.#plan.digitsPerLimb);
      this.#extend(written, 2 * shape.cells);
      if (halvings === 0 && shape.stages > 0) this.#finish(k, shape);
      else this.#double(k, next, shape);
      written = 4 * shape.cells;
      k = next;
    }
    return this.#write();
  }

  /** Writes F(k) and F(k − 1), where F(−1) = 1, for the small index the doubling starts from. */
  #start(k: number): void {
    let [current, previous] = [0, 1];
    for (let index = 0; index < k; index += 1) [current, previous] = [current + previous, current];
    const base = 10 ** this.#plan.digitsPerLimb;
    writeInteger(current, base, this.#products.limbs(this.#current, START_LIMBS));
    writeInteger(previous, base, this.#products.limbs(this.#previous, START_LIMBS));
  }

  /** Fills up both numbers with leading zeros, from the limbs already written to those a product reads. */
  #extend(written: number, needed: number): void {
    if (needed <= written) return;
    const { int32 } = this.workspace;
    for (const address of [this.#current, this.#previous]) {
      int32.fill(0, address / LIMB + written, address / LIMB + needed);
    }
  }

  /** From F(k), F(k − 1) to F(next), F(next − 1), where next is 2k or 2k + 1. */
  #double(k: number, next: number, shape: Shape): void {
    // With X = F(k)² and Y = F(k − 1)²: F(2k − 1) = X + Y, F(2k + 1) = 4X − Y + 2 (−1)^k, and their difference is
    // F(2k) (Knuth, The Art of Computer Programming, volume 1, section 1.2.8; the same two squarings a step as
    // GMP's `mpn_fib2_ui`).
    const two = k % 2 === 0 ? 2 : -2;
    const even: Combination = [3, -2, two];
    if (next > 2 * k) {
      this.#products.combineSquares(shape, this.#current, this.#previous, [4, -1, two], even);
    } else {
      this.#products.combineSquares(shape, this.#current, this.#previous, even, [1, 1, 0]);
    }
  }

  /** From F(k), F(k − 1) to F(index) alone, where index is 2k or 2k + 1. */
  #finish(k: number, shape: Shape): void {
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
  }

  /** The digits of the number at `#current`. */
  #write(): Uint8Array {
    const { digitsPerLimb } = this.#plan;
    const digits = digitCount(this.#index);
    const limbs = Math.ceil(digits / digitsPerLimb);
    // The transforms are done; the digits go where they were, behind some room for leading zeros.
    const end = this.#cells + ASCII_STORE + limbs * digitsPerLimb;
    this.workspace.short.ascii(this.#current, limbs, end, 10 ** digitsPerLimb, digitsPerLimb);
    return new Uint8Array(this.workspace.memory.buffer).slice(end - digits, end);
  }
}
