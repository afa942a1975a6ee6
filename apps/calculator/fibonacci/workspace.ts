import { asciiKernel } from "./kernels/ascii.ts";
import { forwardKernel, inverseKernel } from "./kernels/butterflies.ts";
import { multiplyKernel, squareKernel } from "./kernels/leaves.ts";
import { loadKernel } from "./kernels/limbs.ts";
import { releaseKernel, releaseSumsKernel, releaseTwoKernel } from "./kernels/release.ts";
import { schoolbookKernel } from "./kernels/schoolbook.ts";
import { heapEnd, writeTwiddles } from "./twiddles.ts";
import type { FunctionBuilder } from "./wasm/assembler.ts";
import { instantiate } from "./wasm/instantiate.ts";

const PAGE = 65_536;
/** WebAssembly addresses have 32 bits; the last page stays free, so that an end address fits as well. */
const MOST_PAGES = 65_535;

/** Writes two combinations of two squares; see kernels/release.ts. */
type Combine = (
  ...parameters: [
    ...[x: number, y: number, cells: number, first: number, second: number],
    ...[scale: number, base: number, inverse: number],
    ...[a: number, b: number, c: number, d: number, e: number, f: number],
  ]
) => number;

/** The functions that short numbers need, described in kernels/schoolbook.ts, release.ts and ascii.ts. */
export interface ShortKernels {
  schoolbook(limbs: number, count: number, sums: number): number;
  releaseSums: Combine;
  ascii(limbs: number, count: number, end: number, base: number, digits: number): void;
}

/** The functions of the transforms, described in kernels/butterflies.ts, limbs.ts and release.ts. */
export interface TransformKernels {
  forward(address: number, cells: number, stop: number, node: number): void;
  inverse(address: number, cells: number, stop: number, node: number): void;
  load(limbs: number, address: number, cells: number): number;
  release(
    ...parameters: [
      ...[address: number, cells: number, limbs: number],
      ...[scale: number, base: number, inverse: number, addend: number],
    ]
  ): number;
  releaseTwo: Combine;
}

/** Squares or multiplies leaves of one size: see kernels/leaves.ts. */
export type LeafKernel = (address: number, nodes: number, node: number, other: number) => void;

/** The memory of a calculation and the kernels that work in it. Kernels are built when they are first needed. */
export class Workspace {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly short: ShortKernels;
  #transforms: TransformKernels | undefined;
  readonly #squares: LeafKernel[] = [];
  readonly #products: LeafKernel[] = [];
  #int32 = new Int32Array(this.memory.buffer);
  #levels = 0;

  constructor() {
    this.short = instantiate("short", this.memory, () => [
      schoolbookKernel(),
      releaseSumsKernel(),
      asciiKernel(),
    ]) as unknown as ShortKernels;
  }

  /** The whole memory as integers: valid until the next `reserve`. */
  get int32(): Int32Array {
    return this.#int32;
  }

  get transforms(): TransformKernels {
    this.#transforms ??= instantiate("transforms", this.memory, () => [
      forwardKernel(),
      inverseKernel(),
      loadKernel(),
      releaseKernel(),
      releaseTwoKernel(),
    ]) as unknown as TransformKernels;
    return this.#transforms;
  }

  /**
   * Sees to it that the twiddle factors of `stages` stages are there and that the memory has room for
   * `bytes` bytes, these factors included.
   *
   * @returns the first free address, a multiple of 32.
   * @throws RangeError when the room does not fit in 4 GiB or the machine does not give it.
   */
  reserve(stages: number, bytes: number): number {
    // An earlier calculation may have left more factors than this one needs.
    const start = heapEnd(Math.max(stages, this.#levels));
    const pages = Math.ceil((start - heapEnd(stages) + bytes) / PAGE);
    if (pages > MOST_PAGES) throw new RangeError(`A calculation in ${bytes} bytes does not fit in 4 GiB`);
    const missing = pages - this.#int32.byteLength / PAGE;
    if (missing > 0) {
      this.memory.grow(missing);
      this.#int32 = new Int32Array(this.memory.buffer);
    }
    for (; this.#levels < stages; this.#levels += 1) writeTwiddles(this.memory, this.#levels);
    return start;
  }

  /** The kernel that squares leaves of a size. */
  square(leaf: number): LeafKernel {
    this.#squares[leaf] ??= this.#leafKernel("square", leaf, squareKernel);
    return this.#squares[leaf];
  }

  /** The kernel that multiplies leaves of a size. */
  multiply(leaf: number): LeafKernel {
    this.#products[leaf] ??= this.#leafKernel("multiply", leaf, multiplyKernel);
    return this.#products[leaf];
  }

  #leafKernel(name: string, leaf: number, build: (leaf: number) => FunctionBuilder): LeafKernel {
    return instantiate(`${name} ${leaf}`, this.memory, () => [build(leaf)])[name] as LeafKernel;
  }
}
