import { CELL } from "./kernels/complex.ts";
import { addAt } from "./limb-arithmetic.ts";
import { errorBound, LARGEST_ERROR, type Shape } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { multiplyInPlace, squareInPlace, type Transform } from "./transform.ts";
import type { Workspace } from "./workspace.ts";

/** Address of the eight carries the release kernels leave. */
const CARRIES = 64;

/** a·X + b·Y + c for two squares X and Y: the three integers. */
export type Combination = readonly [a: number, b: number, c: number];

/**
 * Exact products of decimal numbers in the memory of a workspace. A number is given by the address of its
 * balanced limbs. The factors of a shape have 2·cells limbs, the results 4·cells, zeros above the number
 * included; results may overwrite factors.
 */
export class DecimalProducts {
  readonly #workspace: Workspace;
  readonly #base: number;
  readonly #cells: number;
  readonly #progress: Progress;

  /** @param cells address of room for the cells of two transforms. */
  constructor(workspace: Workspace, digitsPerLimb: number, cells: number, progress: Progress) {
    this.#workspace = workspace;
    this.#base = 10 ** digitsPerLimb;
    this.#cells = cells;
    this.#progress = progress;
  }

  /** The limbs at an address: a view that is valid until the memory grows. */
  limbs(address: number, length: number): Int32Array {
    return new Int32Array(this.#workspace.memory.buffer, address, length);
  }

  /**
   * out = a·b + addend.
   *
   * @throws Error when the proven bound does not exclude a wrong product.
   */
  multiply(shape: Shape, a: number, b: number, out: number, addend: number): void {
    const [x, squares] = this.#load(a, shape, 0);
    const [y, otherSquares] = this.#load(b, shape, 1);
    assertExact(shape, squares, otherSquares);
    multiplyInPlace(x, y);
    this.#workspace.kernels.release(x.address, shape.cells, out, CARRIES, ...this.#scalars(shape));
    this.#settle(out, shape, 0, addend);
  }

  /**
   * Replaces two numbers by two combinations of their squares X and Y.
   *
   * The factors of a combination add up to at most 5 in size: the sums stay exact in doubles.
   *
   * @throws Error when the proven bound does not exclude a wrong product.
   */
  combineSquares(shape: Shape, a: number, b: number, first: Combination, second: Combination): void {
    const [x, squares] = this.#load(a, shape, 0);
    const [y, otherSquares] = this.#load(b, shape, 1);
    assertExact(shape, squares, squares);
    assertExact(shape, otherSquares, otherSquares);
    squareInPlace(x);
    squareInPlace(y);
    this.#workspace.kernels.releaseTwo(
      ...([x.address, y.address, shape.cells, a, b, CARRIES] as const),
      ...this.#scalars(shape),
      ...[first[0], first[1], second[0], second[1]],
    );
    this.#settle(a, shape, 0, first[2]);
    this.#settle(b, shape, 1, second[2]);
  }

  /** Loads limbs into the first or the second transform; returns it and the sum of the limbs' squares. */
  #load(limbs: number, shape: Shape, which: 0 | 1): [transform: Transform, squares: number] {
    const workspace = this.#workspace;
    const address = this.#cells + which * shape.cells * CELL;
    const squares = workspace.kernels.load(limbs, address, shape.cells);
    return [{ workspace, shape, address, progress: this.#progress }, squares];
  }

  /** The factor 4 of every stage and the 2 of the split into lanes are undone by a power of two. */
  #scalars(shape: Shape): [scale: number, base: number, inverse: number] {
    return [0.5 / 4 ** shape.stages, this.#base, 1 / this.#base];
  }

  /** Adds the carry out of each run of limbs to the next run, and a small number to the lowest limb. */
  #settle(address: number, shape: Shape, which: 0 | 1, addend: number): void {
    const limbs = this.limbs(address, 4 * shape.cells);
    const carries = new Float64Array(this.#workspace.memory.buffer, CARRIES + which * 32, 4);
    addAt(limbs, 0, addend, this.#base);
    carries.forEach((carry, run) => {
      addAt(limbs, (run + 1) * shape.cells, carry, this.#base);
    });
  }
}

function assertExact(shape: Shape, squares: number, otherSquares: number): void {
  const bound = errorBound(shape, [squares, otherSquares]);
  // Written so that NaN fails as well.
  if (!(bound < LARGEST_ERROR)) throw new Error(`A product could be wrong: its error bound is ${bound}`);
}
