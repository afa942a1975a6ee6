import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, f64, f64x2, i32, i32x4, repeatWhile } from "../wasm/instructions.ts";
import { CELL, complexLocal, loadCell, storeCell } from "./complex.ts";

/** Bytes of a limb. */
export const LIMB = 4;

export const advance = (pointer: Local, bytes: number): Code =>
  pointer.set(i32.add(pointer.get, i32.constant(bytes)));

/**
 * `load(limbs, address, cells)` takes 2·cells limbs a_j as the coefficients of a polynomial modulo
 * x^(2·cells) − i and leaves its remainders modulo y^cells − √i in the low lanes and modulo y^cells + √i
 * in the high lanes: a_j ± √i a_(j + cells). Returns Σ a_j², which is exact below 2^53.
 */
export function loadKernel(): FunctionBuilder {
  const builder = new FunctionBuilder("load", ["i32", "i32", "i32"], ["f64"]);
  const [limbs, address, cells] = builder.parameters as [Local, Local, Local];
  const upper = builder.local("i32");
  const end = builder.local("i32");
  const pair = builder.local("v128");
  const squares = builder.local("v128");
  const turned = builder.local("v128");
  builder.emit(
    upper.set(i32.add(limbs.get, i32.multiply(cells.get, i32.constant(LIMB)))),
    end.set(upper.get),
    repeatWhile(
      [
        ...pair.set(f64x2.fromInt32(i32x4.loadSecond(upper.get, i32x4.loadLow(limbs.get)))),
        ...squares.set(f64x2.add(squares.get, f64x2.multiply(pair.get, pair.get))),
        // ±√i = ±(1 + i)√½
        ...turned.set(f64x2.multiply(f64x2.high(pair.get), f64x2.constant(Math.SQRT1_2, -Math.SQRT1_2))),
        ...storeCell(address.get, { re: f64x2.add(f64x2.low(pair.get), turned.get), im: turned.get }),
        ...advance(limbs, LIMB),
        ...advance(upper, LIMB),
        ...advance(address, CELL),
      ],
      i32.less(limbs.get, end.get),
    ),
    f64.add(f64x2.extract(squares.get, 0), f64x2.extract(squares.get, 1)),
  );
  return builder;
}

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

interface RunLocals {
  readonly base: Local;
  readonly inverse: Local;
  readonly cells: Local;
  readonly limbs: Local;
}

/** Writes four runs of limbs, each `cells` long, and keeps the carry of each. */
class CarryRuns {
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
