import { generate } from "./plan/generate.ts";
import { regressions } from "./regressions.ts";
import { findFailure } from "./run/find-failure.ts";
import { openPool, type Pool } from "./run/pool.ts";
import { runSeeds } from "./run/seeds.ts";

/** Schedules that are run at least; on a machine with nothing else to do more than twice as many in this time. */
const schedules = Number(process.env.SIMULATION_SCHEDULES ?? 20_000);
/** A busy machine runs as many as it can until then. */
const mostSeconds = Number(process.env.SIMULATION_SECONDS ?? 90);
/** Enough to find every defect that was there once: the rarest takes some 300. */
const schedulesPerDefect = 1_500;

describe("The simulation", () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await openPool();
  });
  afterAll(() => pool.close());

  test("finds every promise kept in all its schedules", async () => {
    const say = (line: string) => process.stdout.write(`  ${line}\n`);
    const { failures, schedules: run } = await runSeeds(pool, {
      from: 1,
      count: schedules,
      stopAtFailure: true,
      mostSeconds,
      say,
    });
    expect(failures).toEqual([]);
    expect(run).toBeGreaterThanOrEqual(Math.min(schedules, 500));
  });

  test("runs a seed in the same way again", async () => {
    const plan = generate(77, "storm");
    const run = () => pool.run<"plan">({ kind: "plan", plan, tell: true });
    const first = await run();
    await pool.run<"seeds">({ kind: "seeds", seeds: [1, 2, 3], stopAtFailure: false });
    expect(await run()).toEqual(first);
  });

  test("lets processes share their code, since the apps keep no state outside of what run is given", async () => {
    const separate = await openPool({ size: 1, separately: true });
    try {
      for (let seed = 1; seed <= 30; seed++) {
        const plan = generate(seed);
        const job = { kind: "plan", plan, tell: true } as const;
        expect(await separate.run<"plan">(job)).toEqual(await pool.run<"plan">(job));
      }
    } finally {
      await separate.close();
    }
  });

  test("shrinks a schedule that fails to what it fails by", async () => {
    const { edits } = regressions.find(({ family }) => family === "limit")!;
    const broken = await openPool({ edits, size: 1 });
    try {
      const { plan, violations } = await broken.run<"shrink">({ kind: "shrink", plan: generate(1, "limit") });
      expect(violations.join()).toContain("above the limit");
      expect(plan.steps.map(({ kind }) => kind)).toEqual(["submit", "limit"]);
    } finally {
      await broken.close();
    }
  });
});

describe("A defect that was there once", () => {
  test.each(regressions)("is found again when it is put back: $name", async ({ family, edits }) => {
    const failure = await findFailure({ edits, families: [family], most: schedulesPerDefect });
    expect(failure?.violations).not.toEqual([]);
    expect(failure).toBeDefined();
    const pool = await openPool({ size: 1 });
    try {
      const { outcome } = await pool.run<"plan">({ kind: "plan", plan: failure!.plan, tell: false });
      expect(outcome.violations).toEqual([]);
    } finally {
      await pool.close();
    }
  });
});
