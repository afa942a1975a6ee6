import { CELL } from "./kernels/complex.ts";
import { errorBound, LARGEST_ERROR, type Shape } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { multiplyInPlace, squareInPlace, type Transform } from "./transform.ts";
import type { Workspace } from "./workspace.ts";

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
   * out = a·b + addend, by transforms.
   *
   * @throws Error when the proven bound does not exclude a wrong product.
   */
  multiply(shape: Shape, a: number, b: number, out: number, addend: number): void {
    const { load, release } = this.#workspace.transforms;
    const x = this.#transform(shape, 0);
    const y = this.#transform(shape, 1);
    assertExact(shape, load(a, x.address, shape.cells), load(b, y.address, shape.cells));
    multiplyInPlace(x, y);
    const { address } = x;
    assertFits(release(address, shape.cells, out, scaleOf(shape), this.#base, 1 / this.#base, addend));
  }

  /**
   * Replaces two numbers by two combinations of their squares X and Y.
   *
   * The factors of a combination add up to at most 5 in size: the sums stay exact in doubles.
   *
   * @throws Error when the proven bound does not exclude a wrong product.
   */
  combineSquares(shape: Shape, a: number, b: number, first: Combination, second: Combination): void {
    const { cells } = shape;
    const x = this.#cells;
    const y = x + cells * CELL;
    const short = shape.stages === 0;
    if (short) {
      this.#squareShort(shape, a, x);
      this.#squareShort(shape, b, y);
    } else {
      this.#square(shape, a, 0);
      this.#square(shape, b, 1);
    }
    const release = short ? this.#workspace.short.releaseSums : this.#workspace.transforms.releaseTwo;
    const overflow = release(
      ...([x, y, cells, a, b, scaleOf(shape), this.#base, 1 / this.#base] as const),
      ...([first[0], first[1], first[2], second[0], second[1], second[2]] as const),
    );
    assertFits(overflow);
  }

  /** Writes the coefficients of the square of a number as doubles. */
  #squareShort(shape: Shape, limbs: number, sums: number): void {
    const squares = this.#workspace.short.schoolbook(limbs, 2 * shape.cells, sums);
    assertExact(shape, squares, squares);
  }

  /** Loads a number into the first or the second transform and squares it. */
  #square(shape: Shape, limbs: number, which: 0 | 1): void {
    const x = this.#transform(shape, which);
    const squares = this.#workspace.transforms.load(limbs, x.address, shape.cells);
    assertExact(shape, squares, squares);
    squareInPlace(x);
  }

  #transform(shape: Shape, which: 0 | 1): Transform {
    const address = this.#cells + which * shape.cells * CELL;
    return { workspace: this.#workspace, shape, address, progress: this.#progress };
  }
}

/** The factor 4 of every stage and the 2 of the split into lanes are undone by a power of two. */
function scaleOf(shape: Shape): number {
  return 0.5 / 4 ** shape.stages;
}

function assertExact(shape: Shape, squares: number, otherSquares: number): void {
  const bound = errorBound(shape, [squares, otherSquares]);
  // Written so that NaN fails as well.
  if (!(bound < LARGEST_ERROR)) throw new Error(`A product could be wrong: its error bound is ${bound}`);
}

function assertFits(overflow: number): void {
  if (overflow !== 0) throw new Error("A number has outgrown its limbs");
}
