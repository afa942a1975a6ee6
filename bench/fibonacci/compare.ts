/**
 * Compares `fibonacciDigits` with GMP, index → all decimal digits, in alternating rounds.
 *
 *     node --import tsx bench/fibonacci/compare.ts 100000 1000000 10000000
 *     ROUNDS=21 node --import tsx bench/fibonacci/compare.ts 100000
 *
 * On a busy machine the quotient of the best times tells most; the ratios are those of each round.
 *
 * Checks the digits against GMP as well: at the given indexes and at odd ones between 1 and the largest.
 */
import { fibonacciDigits } from "../../apps/calculator/fibonacci/digits.ts";
import { Gmp } from "./gmp.ts";

const DEFAULT_INDEXES = [1_000, 10_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];
/** Odd sizes to check for each given index. */
const CHECKS = 12;
/** Milliseconds of calculations before the measurement. */
const WARM_UP = 1000;
/** Short calculations get more rounds than asked for: as many as fit in this many milliseconds. */
const LEAST = 500;

const indexes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : DEFAULT_INDEXES;
const rounds = Number(process.env.ROUNDS ?? 9);
const gmp = Gmp.start();
if (gmp) {
  await check(gmp);
  await compare(gmp);
  gmp.stop();
} else {
  console.log("Skipped: gmp.c does not compile here. Install a C compiler and gmp.h (Debian: libgmp-dev).");
}

async function check(gmp: Gmp): Promise<void> {
  const checked = new Set(indexes);
  for (const index of indexes) {
    // Exponents from a half to one, spread evenly by the multiples of √5, and the same in every run.
    for (let number = 1; number <= CHECKS; number += 1) {
      checked.add(Math.floor(index ** (0.5 + ((number * Math.sqrt(5)) % 1) / 2)));
    }
  }
  for (const index of checked) {
    const expected = Buffer.from(await gmp.digits(index), "latin1");
    if (!expected.equals(fibonacciDigits(index))) throw new Error(`F(${index}) differs from GMP`);
  }
  console.log(`Digits equal to GMP's at ${checked.size} indexes up to ${Math.max(...checked)}.\n`);
}

async function compare(gmp: Gmp): Promise<void> {
  const row = (cells: unknown[]) => console.log(`| ${cells.join(" | ")} |`);
  row(["n", "digits", "ours, best ms", "GMP, best ms", "best/best", "ratio: min", "median", "max"]);
  row(Array(8).fill("---:"));
  for (const index of indexes) {
    const ours: number[] = [];
    const theirs: number[] = [];
    let digits = 0;
    // A server calculates many numbers: both are measured warm, ours after the engine has optimized it.
    for (const start = performance.now(); performance.now() - start < WARM_UP; ) {
      fibonacciDigits(index);
      await gmp.time(index);
    }
    for (const begun = performance.now(); ours.length < rounds || performance.now() - begun < LEAST; ) {
      const start = performance.now();
      digits = fibonacciDigits(index).length;
      const elapsed = performance.now() - start;
      const reference = await gmp.time(index);
      ours.push(elapsed);
      theirs.push(reference);
    }
    const ratios = ours.map((elapsed, round) => elapsed / theirs[round]!);
    const show = (values: number[], share: number, places: number) =>
      [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))]!.toFixed(places);
    row([
      index,
      digits,
      ...[show(ours, 0, 3), show(theirs, 0, 3), (Math.min(...ours) / Math.min(...theirs)).toFixed(2)],
      ...[show(ratios, 0, 2), show(ratios, 0.5, 2), show(ratios, 1, 2)],
    ]);
  }
}
