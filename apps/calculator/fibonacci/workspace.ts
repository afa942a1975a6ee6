import { asciiKernel } from "./kernels/ascii.ts";
import { forwardKernel, inverseKernel } from "./kernels/butterflies.ts";
import { multiplyKernel, squareKernel } from "./kernels/leaves.ts";
import { loadKernel } from "./kernels/limbs.ts";
import { releaseKernel, releaseTwoKernel } from "./kernels/release.ts";
import { heapEnd, writeTwiddles } from "./twiddles.ts";
import { assemble, type FunctionBuilder } from "./wasm/assembler.ts";

const PAGE = 65_536;
/** WebAssembly addresses have 32 bits; the last page stays free, so that an end address fits as well. */
const MOST_PAGES = 65_535;

/** The functions described in kernels/butterflies.ts, kernels/limbs.ts and kernels/release.ts. */
export interface Kernels {
  forward(address: number, cells: number, stop: number, node: number): void;
  inverse(address: number, cells: number, stop: number, node: number): void;
  load(limbs: number, address: number, cells: number): number;
  release(address: number, cells: number, limbs: number, carries: number, ...scalars: number[]): void;
  releaseTwo(x: number, y: number, cells: number, first: number, second: number, ...more: number[]): void;
}

/** The functions described in kernels/leaves.ts, for one size of leaf. */
export interface LeafKernels {
  square(address: number, nodes: number, node: number): void;
  multiply(address: number, nodes: number, node: number, other: number): void;
}

interface AsciiKernel {
  ascii(limbs: number, count: number, end: number): void;
}

const modules = new Map<string, WebAssembly.Module>();

/** Compiles each module at most once in a process; an instance of it costs little. */
function instantiate<T>(key: string, memory: WebAssembly.Memory, functions: () => FunctionBuilder[]): T {
  let module = modules.get(key);
  if (!module) {
    module = new WebAssembly.Module(assemble(functions()));
    modules.set(key, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as T;
}

/** The memory of a calculation and the kernels that work in it. */
export class Workspace {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly kernels: Kernels;
  readonly #leaves = new Map<number, LeafKernels>();
  readonly #ascii = new Map<number, AsciiKernel>();
  #levels = 0;

  constructor() {
    this.kernels = instantiate("main", this.memory, () => [
      forwardKernel(),
      inverseKernel(),
      loadKernel(),
      releaseKernel(),
      releaseTwoKernel(),
    ]);
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
    const missing = pages - this.memory.buffer.byteLength / PAGE;
    if (missing > 0) this.memory.grow(missing);
    for (; this.#levels < stages; this.#levels += 1) writeTwiddles(this.memory, this.#levels);
    return start;
  }

  leaf(size: number): LeafKernels {
    let kernels = this.#leaves.get(size);
    if (!kernels) {
      kernels = instantiate<LeafKernels>(`leaf ${size}`, this.memory, () => [
        squareKernel(size),
        multiplyKernel(size),
      ]);
      this.#leaves.set(size, kernels);
    }
    return kernels;
  }

  ascii(digitsPerLimb: number): AsciiKernel {
    let kernel = this.#ascii.get(digitsPerLimb);
    if (!kernel) {
      kernel = instantiate<AsciiKernel>(`ascii ${digitsPerLimb}`, this.memory, () => [
        asciiKernel(digitsPerLimb),
      ]);
      this.#ascii.set(digitsPerLimb, kernel);
    }
    return kernel;
  }
}
