import type { Plan } from "../plan/plan.ts";
import type { Pool } from "./pool.ts";

export interface SeedsOptions {
  from: number;
  count: number;
  family?: string;
  stopAtFailure: boolean;
  /** No new schedules are begun after this time. */
  mostSeconds?: number;
  say: (line: string) => void;
}

export interface SeedsResult {
  schedules: number;
  turns: number;
  failures: { plan: Plan; violations: string[] }[];
  seconds: number;
}

const seedsPerJob = 100;

/** Runs many schedules on all threads of a pool, and says how a failure is seen again. */
export async function runSeeds(
  pool: Pool,
  { from, count, family, stopAtFailure, mostSeconds = Number.POSITIVE_INFINITY, say }: SeedsOptions,
): Promise<SeedsResult> {
  const started = performance.now();
  const result: SeedsResult = { schedules: 0, turns: 0, failures: [], seconds: 0 };
  let next = from;
  const take = async () => {
    const isOver = () =>
      (stopAtFailure && result.failures.length > 0) || performance.now() - started > mostSeconds * 1_000;
    while (next < from + count && !isOver()) {
      const length = Math.min(seedsPerJob, from + count - next);
      const seeds = Array.from({ length }, (_, at) => next + at);
      next += length;
      const done = await pool.run<"seeds">({
        kind: "seeds",
        seeds,
        stopAtFailure,
        ...(family ? { family } : {}),
      });
      result.schedules += done.schedules;
      result.turns += done.turns;
      result.failures.push(...done.failures);
      if (result.schedules % 10_000 < seedsPerJob) say(`${result.schedules} schedules`);
    }
  };
  await Promise.all(Array.from({ length: pool.size }, take));
  result.seconds = (performance.now() - started) / 1_000;
  for (const { plan, violations } of result.failures.slice(0, stopAtFailure ? 1 : 20)) {
    say(`seed ${plan.seed} (${plan.family}): ${violations.slice(0, 3).join("; ")}`);
  }
  const [first] = result.failures;
  if (first && stopAtFailure) {
    say(`again: npm run simulate -- --seed ${first.plan.seed}${family ? ` --family ${family}` : ""} --tell`);
    const small = await pool.run<"shrink">({ kind: "shrink", plan: first.plan });
    say(
      `shrunk to ${small.plan.steps.length} steps: ${JSON.stringify(small.plan)}\n${small.violations.join("\n")}`,
    );
  }
  const perSecond = Math.round(result.schedules / result.seconds);
  say(
    `${result.schedules} schedules, ${result.turns} turns, ${result.failures.length} failures, ${perSecond} schedules a second`,
  );
  return result;
}
