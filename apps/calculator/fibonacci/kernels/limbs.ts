import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, f64, f64x2, i32, i32x4, repeatWhile } from "../wasm/instructions.ts";
import { CELL, storeCell } from "./complex.ts";

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
