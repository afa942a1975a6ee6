import type { FunctionBuilder, Local } from "../wasm/assembler.ts";
import { type Code, f64, f64x2, i32, i32x4, repeatWhile } from "../wasm/instructions.ts";
import { advance, LIMB } from "./limbs.ts";

interface RunLocals {
  readonly base: Local;
  readonly inverse: Local;
  readonly cells: Local;
  readonly limbs: Local;
  /** A double to add to the number. */
  readonly addend: Local;
}

/**
 * Writes a number as four runs of limbs, each `cells` long, at the same time. When all have been written, the
 * carry of each run goes on into the next.
 */
export class CarryRuns {
  readonly prepare: Code;
  readonly unfinished: Code;
  readonly #pointers: Local[];
  readonly #carries: [Local, Local];
  readonly #value: Local;
  readonly #base: Local;
  readonly #inverse: Local;
  readonly #rest: Local;
  readonly #overflow: Local;

  constructor(builder: FunctionBuilder, { base, inverse, cells, limbs, addend }: RunLocals) {
    this.#pointers = [0, 1, 2, 3].map(() => builder.local("i32"));
    this.#carries = [builder.local("v128"), builder.local("v128")];
    this.#value = builder.local("v128");
    this.#base = builder.local("v128");
    this.#inverse = builder.local("v128");
    this.#rest = builder.local("v128");
    this.#overflow = builder.local("v128");
    const end = builder.local("i32");
    const [first, second] = this.#pointers as [Local, Local];
    const run = i32.multiply(cells.get, i32.constant(LIMB));
    this.prepare = [
      ...this.#base.set(f64x2.splat(base.get)),
      ...this.#inverse.set(f64x2.splat(inverse.get)),
      ...this.#carries[0].set(f64x2.multiply(f64x2.splat(addend.get), f64x2.constant(1, 0))),
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
    return [
      ...this.#split(f64x2.add(coefficients, carry.get), carry),
      ...i32x4.storeLane(this.#pointers[2 * half]!.get, this.#value.get, 0),
      ...i32x4.storeLane(this.#pointers[2 * half + 1]!.get, this.#value.get, 1),
    ];
  }

  /** Splits sums into limbs, left in `#value`, and carries. */
  #split(sums: Code, carry: Local): Code {
    const value = this.#value;
    return [
      ...value.set(sums),
      ...carry.set(f64x2.nearest(f64x2.multiply(value.get, this.#inverse.get))),
      ...value.set(f64x2.toInt32(f64x2.subtract(value.get, f64x2.multiply(carry.get, this.#base.get)))),
    ];
  }

  /** Adds the carry of each run to the next. `overflow` is right only behind this code. */
  get finish(): Code {
    const [lower, upper] = this.#carries;
    const [first, second, third] = this.#pointers as [Local, Local, Local];
    return [
      ...this.#overflow.set(f64x2.multiply(upper.get, upper.get)),
      ...this.#overflow.set(f64x2.high(this.#overflow.get)),
      ...this.#ripple(f64x2.low(lower.get), first),
      ...this.#ripple(f64x2.high(lower.get), second),
      ...this.#ripple(f64x2.low(upper.get), third),
    ];
  }

  /** Not zero when the number has outgrown its limbs. */
  get overflow(): Code {
    return f64x2.extract(this.#overflow.get, 0);
  }

  /** Adds a carry to the limb at `at`, and what overflows to the limbs above. */
  #ripple(carry: Code, at: Local): Code {
    const rest = this.#rest;
    const end = this.#pointers[3]!;
    return [
      ...rest.set(carry),
      ...repeatWhile(
        [
          ...this.#split(f64x2.add(f64x2.fromInt32(i32x4.loadLow(at.get)), rest.get), rest),
          ...i32x4.storeLane(at.get, this.#value.get, 0),
          ...advance(at, LIMB),
        ],
        i32.and(i32.less(at.get, end.get), f64.notEqual(f64x2.extract(rest.get, 0), f64.constant(0))),
      ),
      ...this.#overflow.set(f64x2.add(this.#overflow.get, f64x2.multiply(rest.get, rest.get))),
    ];
  }
}
