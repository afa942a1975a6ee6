import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, i32, i64, repeatWhile } from "../wasm/instructions.ts";
import { advance, LIMB } from "./limbs.ts";

/** Bytes written for each limb, so the largest number of digits in one. */
export const ASCII_STORE = 8;

/**
 * `ascii(limbs, count, end, base, digits)` writes balanced limbs of `digits` decimal digits, at most 8, as
 * ASCII bytes that end before `end`. The borrow out of the highest limb is dropped. Up to 8 bytes before
 * the first digit are overwritten by zeros.
 */
export function asciiKernel(): FunctionBuilder {
  const builder = new FunctionBuilder("ascii", ["i32", "i32", "i32", "i32", "i32"]);
  const [limbs, count, end, base, digits] = builder.parameters as [Local, Local, Local, Local, Local];
  const value = builder.local("i32");
  const borrow = builder.local("i32");
  const high = builder.local("i32");
  const text = builder.local("i64");
  const quotients = builder.local("i64");
  /**
   * Splits every part of `text` into quotient and remainder of a division by `divisor`, the quotient first in
   * memory. All parts at once: ⌊part · factor / 2^shift⌋ is the quotient, and `mask` cuts off its neighbour.
   */
  const split = (divisor: bigint, factor: bigint, shift: bigint, mask: bigint, width: bigint): Code => {
    const scaled = i64.shiftRight(i64.multiply(text.get, i64.constant(factor)), i64.constant(shift));
    // quotient + (part − divisor · quotient) · 2^width
    const excess = i64.multiply(quotients.get, i64.constant((divisor << width) - 1n));
    return [
      ...quotients.set(i64.and(scaled, i64.constant(mask))),
      ...text.set(i64.subtract(i64.shiftLeft(text.get, i64.constant(width)), excess)),
    ];
  };
  const low = i32.subtract(value.get, i32.multiply(high.get, i32.constant(10_000)));
  builder.emit(
    repeatWhile(
      [
        ...value.set(i32.add(i32.load(limbs.get), borrow.get)),
        ...borrow.set(i32.signBits(value.get)),
        ...value.set(i32.add(value.get, i32.and(borrow.get, base.get))),
        ...high.set(i32.divide(value.get, i32.constant(10_000))),
        ...text.set(i64.or(i64.fromInt32(high.get), i64.shiftLeft(i64.fromInt32(low), i64.constant(32n)))),
        // ⌊5243 v / 2^19⌋ = ⌊v/100⌋ for every v below 10^4, and ⌊103 v / 2^10⌋ = ⌊v/10⌋ for every v below 100.
        ...split(100n, 5243n, 19n, 0x7f_0000_007fn, 16n),
        ...split(10n, 103n, 10n, 0x000f_000f_000f_000fn, 8n),
        ...i64.store(
          i32.subtract(end.get, i32.constant(ASCII_STORE)),
          i64.add(text.get, i64.constant(0x3030_3030_3030_3030n)),
        ),
        ...end.set(i32.subtract(end.get, digits.get)),
        ...advance(limbs, LIMB),
        ...count.set(i32.subtract(count.get, i32.constant(1))),
      ],
      count.get,
    ),
  );
  return builder;
}
