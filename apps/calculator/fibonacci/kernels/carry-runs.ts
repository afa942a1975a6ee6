import type { FunctionBuilder, Local } from "../wasm/assembler.ts";
import { type Code, f64x2, i32, i32x4 } from "../wasm/instructions.ts";
import { advance, LIMB } from "./limbs.ts";

interface RunLocals {
  readonly base: Local;
  readonly inverse: Local;
  readonly cells: Local;
  readonly limbs: Local;
}

/** Writes four runs of limbs, each `cells` long, and keeps the carry of each. */
export class CarryRuns {
  readonly prepare: Code;
  readonly unfinished: Code;
  readonly #pointers: Local[];
  readonly #carries: [Local, Local];
  readonly #value: Local;
  readonly #base: Local;
  readonly #inverse: Local;

  constructor(builder: FunctionBuilder, { base, inverse, cells, limbs }: RunLocals) {
    this.#pointers = [0, 1, 2, 3].map(() => builder.local("i32"));
    this.#carries = [builder.local("v128"), builder.local("v128")];
    this.#value = builder.local("v128");
    this.#base = builder.local("v128");
    this.#inverse = builder.local("v128");
    const end = builder.local("i32");
    const [first, second] = this.#pointers as [Local, Local];
    const run = i32.multiply(cells.get, i32.constant(LIMB));
    this.prepare = [
      ...this.#base.set(f64x2.splat(base.get)),
      ...this.#inverse.set(f64x2.splat(inverse.get)),
      ...first.set(limbs.get),
      ...this.#pointers
        .slice(1)
        .flatMap((pointer, before) => pointer.set(i32.add(this.#pointers[before]!.get, run))),
      ...end.set(second.get),
    ];
    this.unfinished = i32.less(first.get, end.get);
  }

  /** The next coefficients of the two lower and of the two upper runs. */
  push(lower: Code, upper: Code): Code {
    return [
      ...this.#release(lower, 0),
      ...this.#release(upper, 1),
      ...this.#pointers.flatMap((pointer) => advance(pointer, LIMB)),
    ];
  }

  #release(coefficients: Code, half: 0 | 1): Code {
    const carry = this.#carries[half];
    const value = this.#value;
    return [
      ...value.set(f64x2.add(coefficients, carry.get)),
      ...carry.set(f64x2.nearest(f64x2.multiply(value.get, this.#inverse.get))),
      ...value.set(f64x2.toInt32(f64x2.subtract(value.get, f64x2.multiply(carry.get, this.#base.get)))),
      ...i32x4.storeLane(this.#pointers[2 * half]!.get, value.get, 0),
      ...i32x4.storeLane(this.#pointers[2 * half + 1]!.get, value.get, 1),
    ];
  }

  storeCarries(address: Local, which: number): Code {
    const [lower, upper] = this.#carries;
    return [
      ...f64x2.store(address.get, lower.get, which * 32),
      ...f64x2.store(address.get, upper.get, which * 32 + 16),
    ];
  }
}
