import { quiet } from "../model/network.ts";
import type { Plan } from "../plan/plan.ts";
import type { Outcome } from "./schedule.ts";

/** Seeds that each smaller plan is tried with: leaving a step out moves everything that chance decided after it. */
const seedsPerPlan = 12;
const mostTries = 1_500;

/** What went wrong, without names and times that differ from plan to plan. */
const kindOf = (violation: string) => violation.replace(/[\d.a-f-]{3,}|\d+/g, "#").slice(0, 60);

/**
 * Makes a plan that fails smaller as long as it fails in the same way: fewer steps, quieter network,
 * fewer replicas.
 */
export async function shrink(
  plan: Plan,
  run: (plan: Plan) => Promise<Outcome>,
): Promise<{ plan: Plan; violations: string[] }> {
  let { violations } = await run(plan);
  const wanted = new Set(violations.map(kindOf));
  let smallest = plan;
  let tries = 0;

  const attempt = async (candidate: Plan): Promise<boolean> => {
    for (let each = 0; each < seedsPerPlan && tries < mostTries; each++) {
      tries += 1;
      const seeded = { ...candidate, seed: each === 0 ? candidate.seed : each };
      const outcome = await run(seeded);
      if (!outcome.violations.some((violation) => wanted.has(kindOf(violation)))) continue;
      smallest = seeded;
      violations = outcome.violations;
      return true;
    }
    return false;
  };

  await attempt({ ...smallest, noise: quiet });
  if (smallest.clockSkew.length > 0) await attempt({ ...smallest, clockSkew: [] });
  if (smallest.pages.length > 0) await attempt({ ...smallest, pages: [] });
  for (
    let size = Math.ceil(smallest.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < smallest.steps.length; ) {
      const steps = smallest.steps.filter((_, index) => index < at || index >= at + size);
      if (!(await attempt({ ...smallest, steps }))) at += size;
    }
  }
  for (const app of ["api", "calculator"] as const) {
    if (smallest.replicas[app] > 1)
      await attempt({ ...smallest, replicas: { ...smallest.replicas, [app]: 1 } });
  }
  return { plan: smallest, violations };
}
