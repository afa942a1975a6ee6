import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, f64, f64x2, i32, repeatWhile } from "../wasm/instructions.ts";
import { CarryRuns } from "./carry-runs.ts";
import { CELL, complexLocal, loadCell } from "./complex.ts";
import { advance } from "./limbs.ts";

/**
 * `release(address, cells, limbs, scale, base, 1/base, addend)` is the way back from one product to limbs: undoes
 * the split of `load`, rounds to integers, adds `addend` and releases the carries, so that every limb is from
 * −base/2 to base/2. `scale` undoes the factor of `inverse` and of this split: a power of two. Returns zero, unless
 * the highest limb has a carry.
 *
 * The 4·cells coefficients are released as four runs of `cells` at the same time, because one run alone
 * would wait for each carry.
 */
export function releaseKernel(): FunctionBuilder {
  const types = [...Array<"i32">(3).fill("i32"), ...Array<"f64">(4).fill("f64")];
  const builder = new FunctionBuilder("release", types, ["f64"]);
  const [address, cells, limbs, scale, base, inverse, addend] = builder.parameters as [
    ...[Local, Local, Local],
    ...[Local, Local, Local, Local],
  ];
  const product = new Coefficients(builder, scale);
  const digits = new CarryRuns(builder, { base, inverse, cells, limbs, addend });
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
    digits.finish,
    digits.overflow,
  );
  return builder;
}

/**
 * `releaseTwo(x, y, cells, first, second, scale, base, 1/base, a, b, c, d, e, f)` does the same with two products
 * at once and leaves a·x + b·y + c at `first` and d·x + e·y + f at `second`.
 */
export function releaseTwoKernel(): FunctionBuilder {
  return combinationKernel("releaseTwo", (builder, _, scale) => new Coefficients(builder, scale));
}

/**
 * `releaseSums` has the parameters of `releaseTwo`, for products whose coefficients are rows of 4·cells doubles
 * and need no scale.
 */
export function releaseSumsKernel(): FunctionBuilder {
  return combinationKernel("releaseSums", (builder, cells) => new Sums(builder, cells));
}

/** Where four coefficients of a product come from, at the distance of a quarter of the product. */
interface Reader {
  /** The coefficients j and j + cells. */
  readonly lower: Local;
  /** The coefficients j + 2·cells and j + 3·cells. */
  readonly upper: Local;
  readonly prepare: Code;
  /** Bytes from j to j + 1. */
  readonly step: number;
  read(address: Local): Code;
}

function combinationKernel(
  name: string,
  reader: (builder: FunctionBuilder, cells: Local, scale: Local) => Reader,
): FunctionBuilder {
  const types = [...Array<"i32">(5).fill("i32"), ...Array<"f64">(9).fill("f64")];
  const builder = new FunctionBuilder(name, types, ["f64"]);
  const [x, y, cells, first, second, scale, base, inverse, ...combinations] = builder.parameters as [
    ...[Local, Local, Local, Local, Local],
    ...[Local, Local, Local, Local, Local, Local, Local, Local, Local],
  ];
  const left = reader(builder, cells, scale);
  const right = reader(builder, cells, scale);
  const results = [first, second].map((limbs, which) => {
    const [factorX, factorY, addend] = combinations.slice(3 * which) as [Local, Local, Local];
    const [splatX, splatY] = [builder.local("v128"), builder.local("v128")];
    const runs = new CarryRuns(builder, { base, inverse, cells, limbs, addend });
    const combine = (part: "lower" | "upper") =>
      f64x2.add(f64x2.multiply(left[part].get, splatX.get), f64x2.multiply(right[part].get, splatY.get));
    return {
      runs,
      prepare: [
        ...splatX.set(f64x2.splat(factorX.get)),
        ...splatY.set(f64x2.splat(factorY.get)),
        ...runs.prepare,
      ],
      push: runs.push(combine("lower"), combine("upper")),
    };
  });
  builder.emit(
    left.prepare,
    right.prepare,
    ...results.map(({ prepare }) => prepare),
    repeatWhile(
      [
        ...left.read(x),
        ...right.read(y),
        ...results.flatMap(({ push }) => push),
        ...advance(x, left.step),
        ...advance(y, right.step),
      ],
      results[0]!.runs.unfinished,
    ),
    ...results.map(({ runs }) => runs.finish),
    f64.add(results[0]!.runs.overflow, results[1]!.runs.overflow),
  );
  return builder;
}

/** Reads a cell of a transformed product as four integer coefficients. */
class Coefficients implements Reader {
  readonly step = CELL;
  readonly lower: Local;
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

/** Reads four coefficients from a row of 4·cells doubles. */
class Sums implements Reader {
  readonly step = 8;
  readonly lower: Local;
  readonly upper: Local;
  readonly prepare: Code;
  readonly #distances: Local[];

  constructor(builder: FunctionBuilder, cells: Local) {
    this.lower = builder.local("v128");
    this.upper = builder.local("v128");
    this.#distances = [1, 2, 3].map(() => builder.local("i32"));
    this.prepare = this.#distances.flatMap((distance, before) =>
      distance.set(i32.multiply(cells.get, i32.constant((before + 1) * this.step))),
    );
  }

  read(address: Local): Code {
    const [second, third, fourth] = this.#distances.map((distance) => i32.add(address.get, distance.get));
    return [
      ...this.lower.set(f64x2.loadLanes(address.get, second!)),
      ...this.upper.set(f64x2.loadLanes(third!, fourth!)),
    ];
  }
}
