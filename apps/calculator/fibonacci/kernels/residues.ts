import { FunctionBuilder, type Local } from "../wasm/assembler.ts";
import { type Code, i32, i64, repeatWhile } from "../wasm/instructions.ts";
import { advance } from "./limbs.ts";

/** Digits read in one step. */
const GROUP = 8;
/** Groups between two reductions. */
const GROUPS = 32;
/** Digits between two reductions; the kernel takes a multiple of this many. */
export const RESIDUE_BLOCK = GROUP * GROUPS;
const WEIGHT = 8;
/** Address of the residues, 4 bytes each: those of the digits before, replaced by those of all digits. */
export const RESIDUES = 0;
/** Address of the weights: for each group of a block, 10^(digits behind it) modulo each modulus. */
const WEIGHTS = 64;

function power(exponent: number, modulus: number): bigint {
  return 10n ** BigInt(exponent) % BigInt(modulus);
}

/** Writes the constants that `residuesKernel` reads. */
export function writeWeights(memory: WebAssembly.Memory, moduli: readonly number[]): void {
  const weights = new BigInt64Array(memory.buffer, WEIGHTS);
  for (let group = 0; group < GROUPS; group += 1) {
    moduli.forEach((modulus, which) => {
      weights[group * moduli.length + which] = power(GROUP * (GROUPS - 1 - group), modulus);
    });
  }
}

/** First address behind the constants of `count` moduli. */
export const residueRoom = (count: number): number => WEIGHTS + GROUPS * count * WEIGHT;

/**
 * `residues(digits, end)` continues the residues at `RESIDUES` by the ASCII digits from `digits` to `end`, one or
 * more blocks, most significant digit first.
 *
 * @param moduli integers from 2 to 2^31. A residue times 10^256 modulo the modulus is below 2^62, and 32 groups
 *   below 10^8 times their weights are below 2^63: the sum fits in 64 bits.
 */
export function residuesKernel(moduli: readonly number[]): FunctionBuilder {
  const builder = new FunctionBuilder("residues", ["i32", "i32"]);
  const [digits, end] = builder.parameters as [Local, Local];
  const weight = builder.local("i32");
  const group = builder.local("i64");
  const sums = moduli.map(() => builder.local("i64"));
  /** Joins neighbours, tens·low + high in memory order, all of them at once. */
  const join = (factor: bigint, shift: bigint, mask: bigint): Code => [
    ...group.set(
      i64.and(
        i64.shiftRight(i64.multiply(group.get, i64.constant(factor)), i64.constant(shift)),
        i64.constant(mask),
      ),
    ),
  ];
  builder.emit(
    ...sums.map((sum, which) => sum.set(i64.fromInt32(i32.load(i32.constant(RESIDUES + 4 * which))))),
    repeatWhile(
      [
        ...sums.flatMap((sum, which) =>
          sum.set(i64.multiply(sum.get, i64.constant(power(RESIDUE_BLOCK, moduli[which]!)))),
        ),
        ...weight.set(i32.constant(WEIGHTS)),
        ...repeatWhile(
          [
            ...group.set(i64.subtract(i64.load(digits.get), i64.constant(0x3030_3030_3030_3030n))),
            ...join(1n + (10n << 8n), 8n, 0x00ff_00ff_00ff_00ffn),
            ...join(1n + (100n << 16n), 16n, 0x0000_ffff_0000_ffffn),
            ...group.set(
              i64.shiftRight(i64.multiply(group.get, i64.constant(1n + (10_000n << 32n))), i64.constant(32n)),
            ),
            ...sums.flatMap((sum, which) =>
              sum.set(i64.add(sum.get, i64.multiply(group.get, i64.load(weight.get, which * WEIGHT)))),
            ),
            ...advance(digits, GROUP),
            ...advance(weight, moduli.length * WEIGHT),
          ],
          i32.less(weight.get, i32.constant(residueRoom(moduli.length))),
        ),
        ...sums.flatMap((sum, which) =>
          sum.set(i64.remainder(sum.get, i64.constant(BigInt(moduli[which]!)))),
        ),
      ],
      i32.less(digits.get, end.get),
    ),
    ...sums.map((sum, which) => i32.store(i32.constant(RESIDUES + 4 * which), i64.toInt32(sum.get))),
  );
  return builder;
}
