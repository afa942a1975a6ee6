import { writeSumOfProducts } from "./double-double.ts";

/** Fixed-point bits of the first roots: far more than the 104 that are kept of them. */
const BITS = 256n;
const ONE = 1n << BITS;
/** Doubles of an entry in the tables: real part high and low, imaginary part high and low. */
const ENTRY = 4;

/** ⌊√value⌋ by Newton's method. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function entry(cosine: bigint, sine: bigint): number[] {
  return [cosine, sine].flatMap((fixed) => {
    const high = Number(fixed);
    return [high / Number(ONE), Number(fixed - BigInt(high)) / Number(ONE)];
  });
}

/** e^(2πi/2^level) for each level from 0 to `levels`, by halving the angle of √i again and again. */
function halvedAngles(levels: number): number[][] {
  const entries = [entry(ONE, 0n), entry(-ONE, 0n), entry(0n, ONE)];
  let cosine = integerRoot(ONE * (ONE / 2n));
  let sine = cosine;
  while (entries.length <= levels) {
    entries.push(entry(cosine, sine));
    cosine = integerRoot((ONE * (ONE + cosine)) / 2n);
    sine = (sine * ONE) / (2n * cosine);
  }
  return entries;
}

/** The products of all subsets of `generators`: entry number Σ 2^i over the subset. */
function subsetProducts(generators: number[][]): Float64Array {
  const table = new Float64Array(ENTRY << generators.length);
  table[0] = 1;
  generators.forEach((generator, bit) => {
    for (let at = 0; at < ENTRY << bit; at += ENTRY) {
      multiplyEntries(table, at, generator, 0, table, at + (ENTRY << bit));
    }
  });
  return table;
}

type Table = ArrayLike<number>;

function multiplyEntries(a: Table, i: number, b: Table, j: number, out: Float64Array, at: number): void {
  const re = a[i]!;
  const reLow = a[i + 1]!;
  const im = a[i + 2]!;
  const imLow = a[i + 3]!;
  const otherRe = b[j]!;
  const otherReLow = b[j + 1]!;
  const otherIm = b[j + 2]!;
  const otherImLow = b[j + 3]!;
  writeSumOfProducts(re, reLow, otherRe, otherReLow, -im, -imLow, otherIm, otherImLow, out, at);
  writeSumOfProducts(re, reLow, otherIm, otherImLow, im, imLow, otherRe, otherReLow, out, at + 2);
}

/**
 * The roots of unity of order 2^order as correctly rounded doubles, except for an error below 2^−98
 * before the rounding. So a root is wrong by at most 2^−53/√2 + 2^−98.
 *
 * `Math.cos` and `Math.sin` will not do: ECMAScript leaves their accuracy to the implementation, and the
 * proof of the transform's error bound needs a number.
 */
export class RootsOfUnity {
  readonly #coarse: Float64Array;
  readonly #fine: Float64Array;
  readonly #fineSize: number;
  readonly #result = new Float64Array(ENTRY);

  /** @param order from 0 to 52. Takes time and memory in O(2^(order/2)). */
  constructor(order: number) {
    const angles = halvedAngles(order);
    const fineBits = order >> 1;
    const generators = (bits: number, top: number) =>
      Array.from({ length: bits }, (_, bit) => angles[top - bit]!);
    this.#fine = subsetProducts(generators(fineBits, order));
    this.#coarse = subsetProducts(generators(order - fineBits, order - fineBits));
    this.#fineSize = 2 ** fineBits;
  }

  /** Writes e^(2πi power/2^order): real part to `re`, imaginary part to `im`. */
  write(power: number, out: Float64Array, re: number, im: number): void {
    const coarse = Math.floor(power / this.#fineSize);
    const fine = power - coarse * this.#fineSize;
    multiplyEntries(this.#coarse, coarse * ENTRY, this.#fine, fine * ENTRY, this.#result, 0);
    out[re] = this.#result[0]!;
    out[im] = this.#result[2]!;
  }
}
