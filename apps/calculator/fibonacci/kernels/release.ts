import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, f64x2, repeatWhile } from "../wasm/instructions.ts";
import { CarryRuns } from "./carry-runs.ts";
import { CELL, complexLocal, loadCell } from "./complex.ts";
import { advance } from "./limbs.ts";

/**
 * `release(address, cells, limbs, carries, scale, base, 1/base)` is the way back from one product to
 * limbs: undoes the split of `load`, rounds to integers and releases the carries, so that every limb is
 * from −base/2 to base/2. `scale` undoes the factor of `inverse` and of this split: a power of two.
 *
 * The 4·cells coefficients are released as four runs of `cells` at the same time, because one run alone
 * would wait for each carry. The carry out of each run is left in the four doubles at `carries`.
 */
export function releaseKernel(): FunctionBuilder {
  const builder = new FunctionBuilder("release", ["i32", "i32", "i32", "i32", "f64", "f64", "f64"]);
  const [address, cells, limbs, carries, ...scalars] = builder.parameters as [Local, Local, Local, Local];
  const [scale, base, inverse] = scalars as unknown as [Local, Local, Local];
  const product = new Coefficients(builder, scale);
  const digits = new CarryRuns(builder, { base, inverse, cells, limbs });
  builder.emit(
    product.prepare,
    digits.prepare,
    repeatWhile(
      [
        ...product.read(address),
        ...digits.push(product.lower.get, product.upper.get),
        ...advance(address, CELL),
      ],
      digits.unfinished,
    ),
    digits.storeCarries(carries, 0),
  );
  return builder;
}

/**
 * `releaseTwo(x, y, cells, first, second, carries, scale, base, 1/base, a, b, c, d)` does the same with
 * two products at once and leaves a·x + b·y at `first` and c·x + d·y at `second`; the carries of the
 * second follow those of the first.
 */
export function releaseTwoKernel(): FunctionBuilder {
  const integers = Array<"i32">(6).fill("i32");
  const doubles = Array<"f64">(7).fill("f64");
  const builder = new FunctionBuilder("releaseTwo", [...integers, ...doubles]);
  const [x, y, cells, first, second, carries, scale, base, inverse, ...factors] = builder.parameters as [
    ...[Local, Local, Local, Local, Local, Local],
    ...[Local, Local, Local, Local, Local, Local, Local],
  ];
  const [a, b, c, d] = factors.map((factor) => ({ factor, splat: builder.local("v128") }));
  const left = new Coefficients(builder, scale);
  const right = new Coefficients(builder, scale);
  const runs = [first, second].map((limbs) => new CarryRuns(builder, { base, inverse, cells, limbs }));
  const combine = (factorX: Local, factorY: Local, part: "lower" | "upper"): Code =>
    f64x2.add(f64x2.multiply(left[part].get, factorX.get), f64x2.multiply(right[part].get, factorY.get));
  builder.emit(
    ...[a!, b!, c!, d!].map(({ factor, splat }) => splat.set(f64x2.splat(factor.get))),
    left.prepare,
    right.prepare,
    ...runs.map((run) => run.prepare),
    repeatWhile(
      [
        ...left.read(x),
        ...right.read(y),
        ...runs[0]!.push(combine(a!.splat, b!.splat, "lower"), combine(a!.splat, b!.splat, "upper")),
        ...runs[1]!.push(combine(c!.splat, d!.splat, "lower"), combine(c!.splat, d!.splat, "upper")),
        ...advance(x, CELL),
        ...advance(y, CELL),
      ],
      runs[0]!.unfinished,
    ),
    ...runs.map((run, which) => run.storeCarries(carries, which)),
  );
  return builder;
}

/** Reads a cell of a transformed product as four integer coefficients. */
class Coefficients {
  /** The coefficients j and j + cells. */
  readonly lower: Local;
  /** The coefficients j + 2·cells and j + 3·cells. */
  readonly upper: Local;
  readonly prepare: Code;
  readonly #cell;
  readonly #straight: Local;
  readonly #turned: Local;

  constructor(builder: FunctionBuilder, scale: Local) {
    this.lower = builder.local("v128");
    this.upper = builder.local("v128");
    this.#cell = complexLocal(builder);
    this.#straight = builder.local("v128");
    this.#turned = builder.local("v128");
    const scales = (low: number, high: number) =>
      f64x2.multiply(f64x2.splat(scale.get), f64x2.constant(low, high));
    this.prepare = [
      ...this.#straight.set(scales(1, Math.SQRT1_2)),
      ...this.#turned.set(scales(0, Math.SQRT1_2)),
    ];
  }

  read(address: Local): Code {
    // With A and B the two lanes: A + B belongs to x^j, and (A − B)/√i to x^(j + cells). The real part
    // of each is the coefficient itself; the imaginary part is that of degree 2·cells more, x^(2·cells)
    // being i. Dividing by √i is multiplying by (1 − i)√½.
    const { re, im } = this.#cell;
    const sumAndDifference = (part: Code) =>
      f64x2.add(f64x2.low(part), f64x2.multiply(f64x2.high(part), f64x2.constant(1, -1)));
    const { multiply, add, subtract, nearest } = f64x2;
    const [straight, turned] = [this.#straight.get, this.#turned.get];
    return [
      ...this.#cell.set(loadCell(address.get)),
      ...this.#cell.set({ re: sumAndDifference(re), im: sumAndDifference(im) }),
      ...this.lower.set(nearest(add(multiply(re, straight), multiply(im, turned)))),
      ...this.upper.set(nearest(subtract(multiply(im, straight), multiply(re, turned)))),
    ];
  }
}
