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

/** `square`, `multiply` and `ascii`: see kernels/leaves.ts and kernels/ascii.ts. */
type Kernel = (...parameters: number[]) => void;

const modules = new Map<string, WebAssembly.Module>();

/** Compiles each module at most once in a thread; an instance of it costs little. */
function instantiate(
  key: string,
  memory: WebAssembly.Memory,
  functions: () => FunctionBuilder[],
): WebAssembly.Exports {
  let module = modules.get(key);
  if (!module) {
    module = new WebAssembly.Module(assemble(functions()));
    modules.set(key, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}

/** The memory of a calculation and the kernels that work in it. */
export class Workspace {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly kernels: Kernels;
  readonly #special = new Map<string, Kernel>();
  #levels = 0;

  constructor() {
    this.kernels = instantiate("common", this.memory, () => [
      forwardKernel(),
      inverseKernel(),
      loadKernel(),
      releaseKernel(),
      releaseTwoKernel(),
    ]) as unknown as Kernels;
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

  /** The kernel that squares leaves of a size. */
  square(leaf: number): Kernel {
    return this.#kernel("square", leaf, squareKernel);
  }

  /** The kernel that multiplies leaves of a size. */
  multiply(leaf: number): Kernel {
    return this.#kernel("multiply", leaf, multiplyKernel);
  }

  /** The kernel that writes limbs of a number of digits as ASCII. */
  ascii(digitsPerLimb: number): Kernel {
    return this.#kernel("ascii", digitsPerLimb, asciiKernel);
  }

  /** A kernel that exists for each value of a parameter and is built when it is first needed. */
  #kernel(name: string, parameter: number, build: (parameter: number) => FunctionBuilder): Kernel {
    const key = `${name} ${parameter}`;
    let kernel = this.#special.get(key);
    if (!kernel) {
      kernel = instantiate(key, this.memory, () => [build(parameter)])[name] as Kernel;
      this.#special.set(key, kernel);
    }
    return kernel;
  }
}
