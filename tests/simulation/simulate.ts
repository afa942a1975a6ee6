/**
 * npm run simulate -- [--seeds N] [--from N] [--family NAME]    many schedules
 * npm run simulate -- --seed N [--family NAME] [--tell]         one of them again, with what was logged
 * npm run simulate -- --plan FILE [--tell]                      a plan that was written down
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { generate } from "./plan/generate.ts";
import type { Plan } from "./plan/plan.ts";
import { openPool } from "./run/pool.ts";
import { runSeeds } from "./run/seeds.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000000" },
    from: { type: "string", default: "1" },
    family: { type: "string" },
    seed: { type: "string" },
    plan: { type: "string" },
    tell: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});

async function main(): Promise<number> {
  const single = values.seed !== undefined || values.plan !== undefined;
  const pool = await openPool(single ? { size: 1 } : {});
  try {
    if (single) {
      const plan = values.plan
        ? (JSON.parse(await readFile(values.plan, "utf8")) as Plan)
        : generate(Number(values.seed), values.family);
      const { outcome, lines } = await pool.run<"plan">({ kind: "plan", plan, tell: values.tell });
      for (const line of lines) console.log(line);
      console.log(JSON.stringify(plan));
      console.log(outcome.violations.length === 0 ? "every promise held" : outcome.violations.join("\n"));
      return outcome.violations.length;
    }
    const options = {
      from: Number(values.from),
      count: Number(values.seeds),
      stopAtFailure: !values.all,
      ...(values.family ? { family: values.family } : {}),
    };
    const result = await runSeeds(pool, { ...options, say: (line) => console.log(line) });
    return result.failures.length;
  } finally {
    await pool.close();
  }
}

process.exitCode = (await main()) === 0 ? 0 : 1;
