import { mutants } from "./mutants.ts";
import { findFailure } from "./run/find-failure.ts";

/** The mutant that is hardest to notice takes some 120 schedules. */
const schedulesPerFamily = 600;

describe("A program without", () => {
  test.each(mutants)("what this mutant takes away fails: $name", async ({ families, edits }) => {
    const failure = await findFailure({ edits, families, most: schedulesPerFamily });
    expect(failure).toBeDefined();
  });
});
