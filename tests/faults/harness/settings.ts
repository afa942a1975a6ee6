import { createRandom, type Random } from "./random.ts";

/**
 * The short form is part of `npm test`; the long one gives every fault its full time, alone and in
 * several storms: `npm run test:faults`. FAULT_SEED repeats a run.
 */
export const isLong = process.env.FAULT_FORM === "long";

/** Chooses by the short or the long form. */
export const inForm = <Choice>(short: Choice, long: Choice): Choice => (isLong ? long : short);

/** The chance of this run; its seed is told, so that the run can be repeated. */
export function chanceOfThisRun(): Random {
  const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
  process.stdout.write(`  seed: FAULT_SEED=${seed}\n`);
  return createRandom(seed);
}
