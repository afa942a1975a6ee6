import { broken, unfinished } from "../checks/check.ts";
import { wish } from "../checks/values.ts";
import { type Parts, World } from "../model/world.ts";
import type { Plan } from "../plan/plan.ts";

/** Longest time that everything may take to heal, in milliseconds: leases, redeliveries and the sweep's patience. */
const healMilliseconds = 240_000;
const lookMilliseconds = 5_000;
/** Nothing may happen any more in the second half of this. */
const quietMilliseconds = 24_000;

export interface Outcome {
  /** Broken promises; empty when all hold. */
  violations: string[];
  /** Turns that the schedule took. */
  turns: number;
  /** Milliseconds from the end of the plan until everything had healed. */
  healedAfter: number;
}

/** Runs a plan to its end, lets everything heal, and holds the system to its promises. Call it outside of promise reactions. */
export function runSchedule(plan: Plan, parts: Parts): Outcome {
  const world = new World(plan, parts);
  const { clock, ledger } = world;
  try {
    const end = Math.max(5_000, ...plan.steps.map(lastMoment)) + 1_000;
    clock.runUntil(end);
    world.heal();
    let open: string[];
    let healedAt: number;
    do {
      do {
        world.look();
        clock.runUntil(clock.now + lookMilliseconds);
        open = unfinished(world);
      } while (open.length > 0 && clock.now < end + healMilliseconds);
      healedAt = clock.now;
      if (open.length > 0) break;
      // What nobody promised may still come: a submission whose answer was lost, for one.
      clock.runUntil(healedAt + quietMilliseconds - lookMilliseconds);
      world.look();
      clock.runUntil(healedAt + quietMilliseconds);
      open = unfinished(world);
    } while (open.length > 0 && clock.now < end + healMilliseconds);
    const violations = open.map((each) => `not healed: ${each}`);
    const isOpen = ledger.cancels.some(({ index }) => wish(world, index) === "open");
    if (open.length === 0 && ledger.lastPublishedAt > healedAt + quietMilliseconds / 2 && !isOpen) {
      violations.push("submissions are published for ever");
    }
    violations.push(...broken(world));
    return { violations, turns: clock.executed, healedAfter: healedAt - end };
  } catch (error) {
    const where = error instanceof Error ? error.stack : String(error);
    return {
      violations: [`an exception that nobody caught: ${where}`],
      turns: clock.executed,
      healedAfter: 0,
    };
  } finally {
    world.end();
  }
}

function lastMoment(step: Plan["steps"][number]): number {
  const {
    at,
    lasts = 0,
    backAfter = 0,
    loses = 0,
  } = step as { at: number; lasts?: number; backAfter?: number; loses?: number };
  return at + Math.max(lasts + loses, backAfter);
}
