import type { Edit } from "../bundle/build.ts";
import type { Plan } from "../plan/plan.ts";
import { openPool } from "./pool.ts";

export interface Search {
  edits: Edit[];
  /** Kinds of schedules to look in, one after the other. */
  families: string[];
  /** Schedules of each kind. */
  most: number;
}

export interface Failure {
  plan: Plan;
  violations: string[];
  /** Schedules that were run until then. */
  after: number;
}

/** Looks for a schedule that breaks a promise. @returns undefined when all of them hold. */
export async function findFailure({ edits, families, most }: Search): Promise<Failure | undefined> {
  const pool = await openPool({ edits, size: 1 });
  try {
    let after = 0;
    for (const family of families) {
      const seeds = Array.from({ length: most }, (_, at) => at + 1);
      const { failures, schedules } = await pool.run<"seeds">({
        kind: "seeds",
        seeds,
        family,
        stopAtFailure: true,
      });
      after += schedules;
      const [first] = failures;
      if (first) return { ...first, after };
    }
    return undefined;
  } finally {
    await pool.close();
  }
}
