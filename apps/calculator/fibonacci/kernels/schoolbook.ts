import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, f64, f64x2, i32, i32x4, repeatWhile } from "../wasm/instructions.ts";
import { HEAP } from "./butterflies.ts";
import { advance, LIMB } from "./limbs.ts";

/** Limbs that are multiplied by the whole number in one pass; numbers have a multiple of this many limbs. */
export const ROWS = 8;
/** Bytes of a double and of the doubles of one pass. */
const DOUBLE = 8;
const BLOCK = ROWS * DOUBLE;
const PAIR = 2 * DOUBLE;
/** Address of the scratch room: the limbs as doubles between two blocks of zeros. It ends at the twiddle factors. */
const SCRATCH = 1024;
/** Most limbs of a number that fit in the scratch room. */
export const SCHOOLBOOK_LIMBS = (HEAP - SCRATCH - 2 * BLOCK) / DOUBLE;

/**
 * `schoolbook(limbs, count, sums)` writes the coefficients Σ a_i a_j over i + j = n of the square of `count`
 * limbs to the 2·count doubles at `sums`. Returns Σ a_j². All sums are exact while that is below 2^53.
 *
 * Row by row, eight rows in one pass: the row of a_i starts at a_i itself, and what lies behind the eight
 * limbs of the pass counts twice, because a_i a_j and a_j a_i are equal.
 */
export function schoolbookKernel(): FunctionBuilder {
  const builder = new FunctionBuilder("schoolbook", ["i32", "i32", "i32"], ["f64"]);
  const [limbs, count, sums] = builder.parameters as [Local, Local, Local];
  const [block, end, fresh, row, at, out] = Array.from({ length: 6 }, () => builder.local("i32")) as [
    ...[Local, Local, Local],
    ...[Local, Local, Local],
  ];
  const pair = builder.local("v128");
  const squares = builder.local("v128");
  const sum = builder.local("v128");
  const nextSum = builder.local("v128");
  const factors = Array.from({ length: ROWS }, () => builder.local("v128"));
  const zero = f64x2.constant(0, 0);
  const pairs = Array.from({ length: ROWS / 2 }, (_, number) => number * PAIR);
  const expand: Code = [
    ...at.set(block.get),
    ...fresh.set(sums.get),
    ...repeatWhile(
      [
        ...pair.set(f64x2.fromInt32(i32x4.loadPair(limbs.get))),
        ...squares.set(f64x2.add(squares.get, f64x2.multiply(pair.get, pair.get))),
        ...f64x2.store(at.get, pair.get),
        ...f64x2.store(fresh.get, zero),
        ...advance(limbs, 2 * LIMB),
        ...advance(at, PAIR),
        ...advance(fresh, PAIR),
      ],
      i32.less(at.get, end.get),
    ),
    ...pairs.flatMap((offset) => f64x2.store(end.get, zero, offset)),
  ];
  // The limbs read for one pair of sums serve the next pair as well, two rows further on.
  const twoPairs = [sum, nextSum];
  const multiplyRows: Code = [
    ...at.set(i32.subtract(block.get, i32.constant(BLOCK - DOUBLE))),
    ...out.set(row.get),
    ...repeatWhile(
      [
        ...twoPairs.flatMap((pairOfSums, which) => pairOfSums.set(f64x2.load(out.get, which * PAIR))),
        ...Array.from({ length: ROWS + 2 }, (_, place) => [
          ...pair.set(f64x2.load(at.get, place * DOUBLE)),
          ...twoPairs.flatMap((pairOfSums, which) => {
            const factor = factors[ROWS - 1 - place + 2 * which];
            return factor
              ? pairOfSums.set(f64x2.add(pairOfSums.get, f64x2.multiply(factor.get, pair.get)))
              : [];
          }),
        ]).flat(),
        ...twoPairs.flatMap((pairOfSums, which) => f64x2.store(out.get, pairOfSums.get, which * PAIR)),
        ...advance(at, 2 * PAIR),
        ...advance(out, 2 * PAIR),
      ],
      i32.less(at.get, end.get),
    ),
  ];
  builder.emit(
    block.set(i32.constant(SCRATCH + BLOCK)),
    end.set(i32.add(block.get, i32.multiply(count.get, i32.constant(DOUBLE)))),
    row.set(sums.get),
    expand,
    repeatWhile(
      [
        ...factors.flatMap((factor, number) => [
          ...factor.set(f64x2.loadSplat(block.get, number * DOUBLE)),
          ...factor.set(f64x2.add(factor.get, factor.get)),
        ]),
        // The doubled factors meet each other here, so one of the two is halved: that is exact.
        ...pairs.flatMap((offset) => [
          ...f64x2.store(
            block.get,
            f64x2.multiply(f64x2.load(block.get, offset), f64x2.constant(0.5, 0.5)),
            offset,
          ),
          ...f64x2.store(fresh.get, zero, offset),
        ]),
        ...multiplyRows,
        // The next pass reads zeros before its own limbs.
        ...pairs.flatMap((offset) => f64x2.store(block.get, zero, offset)),
        ...advance(block, BLOCK),
        ...advance(fresh, BLOCK),
        ...advance(row, 2 * BLOCK),
      ],
      i32.less(block.get, end.get),
    ),
    f64.add(f64x2.extract(squares.get, 0), f64x2.extract(squares.get, 1)),
  );
  return builder;
}
