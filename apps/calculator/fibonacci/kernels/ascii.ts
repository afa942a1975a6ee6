import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, i32, repeatWhile } from "../wasm/instructions.ts";
import { advance, LIMB } from "./limbs.ts";

/**
 * `ascii(limbs, count, end)` writes the decimal digits of balanced limbs as ASCII bytes that end before
 * `end`. Up to 8 bytes before the first digit are overwritten by zeros.
 */
export function asciiKernel(digitsPerLimb: number): FunctionBuilder {
  const builder = new FunctionBuilder("ascii", ["i32", "i32", "i32"]);
  const [limbs, count, end] = builder.parameters as [Local, Local, Local];
  const value = builder.local("i32");
  const borrow = builder.local("i32");
  const digits = builder.local("i32");
  const tens = builder.local("i32");
  const { add, and, constant, divide, multiply, remainder, shiftLeft, shiftRight, subtract } = i32;
  /** The four digits of a number below 10^4, its thousands in the lowest byte. */
  const writeFour = (number: Code, address: Code): Code => [
    ...digits.set(number),
    ...digits.set(
      add(divide(digits.get, constant(100)), shiftLeft(remainder(digits.get, constant(100)), constant(16))),
    ),
    // ⌊103 v/1024⌋ = ⌊v/10⌋ for every v below 100; both halves at once.
    ...tens.set(and(shiftRight(multiply(digits.get, constant(103)), constant(10)), constant(0x000f000f))),
    ...digits.set(subtract(digits.get, multiply(tens.get, constant(10)))),
    ...i32.store(address, add(add(tens.get, shiftLeft(digits.get, constant(8))), constant(0x30303030))),
  ];
  const low = digitsPerLimb > 4 ? remainder(value.get, constant(10_000)) : value.get;
  builder.emit(
    repeatWhile(
      [
        ...value.set(add(i32.load(limbs.get), borrow.get)),
        ...borrow.set(i32.signBits(value.get)),
        ...value.set(add(value.get, and(borrow.get, constant(10 ** digitsPerLimb)))),
        ...writeFour(low, subtract(end.get, constant(4))),
        ...(digitsPerLimb > 4
          ? writeFour(divide(value.get, constant(10_000)), subtract(end.get, constant(8)))
          : []),
        ...end.set(subtract(end.get, constant(digitsPerLimb))),
        ...advance(limbs, LIMB),
        ...count.set(subtract(count.get, constant(1))),
      ],
      count.get,
    ),
  );
  return builder;
}
