import { parentPort, workerData } from "node:worker_threads";
import type { Bundles } from "../bundle/build.ts";
import { createPrograms } from "../bundle/evaluate.ts";
import type { Settings } from "../bundle/settings.ts";
import { generate } from "../plan/generate.ts";
import type { Plan } from "../plan/plan.ts";
import { type Outcome, runSchedule } from "./schedule.ts";
import { shrink } from "./shrink.ts";

/** What a worker needs once. */
export interface WorkerData {
  bundles: Bundles;
  scaledBundles: Bundles;
  settings: Settings;
  /** A file of the project, from which npm packages are found. */
  root: string;
  /** Evaluate the apps anew for each process. */
  separately: boolean;
}

export type Job =
  /** Runs the plans of seeds; stops at the first failure when told so. */
  | { kind: "seeds"; seeds: number[]; family?: string; stopAtFailure: boolean }
  | { kind: "plan"; plan: Plan; tell: boolean }
  | { kind: "shrink"; plan: Plan };

export type Result =
  | { kind: "seeds"; schedules: number; turns: number; failures: { plan: Plan; violations: string[] }[] }
  | { kind: "plan"; outcome: Outcome; lines: string[] }
  | { kind: "shrink"; plan: Plan; violations: string[] };

const { bundles, scaledBundles, settings, root, separately } = workerData as WorkerData;
// Traces of errors that the apps handle cost more than the errors.
Error.stackTraceLimit = 3;
const parts = {
  programs: createPrograms(bundles, root, { separately }),
  scaledPrograms: createPrograms(scaledBundles, root, { separately }),
  settings,
};

let rejected: string[] = [];
process.on("unhandledRejection", (reason) => rejected.push(String(reason)));

/** Runs a plan in a turn of its own, after which Node tells of rejections that nobody handled. */
async function run(plan: Plan, say?: (line: string) => void): Promise<Outcome> {
  rejected = [];
  const outcome = await new Promise<Outcome>((resolve) =>
    setImmediate(() => resolve(runSchedule(plan, say ? { ...parts, say } : parts))),
  );
  await new Promise((resolve) => setImmediate(resolve));
  if (rejected.length > 0)
    outcome.violations.push(...rejected.map((each) => `nobody handled the rejection: ${each}`));
  return outcome;
}

async function work(job: Job): Promise<Result> {
  if (job.kind === "plan") {
    const lines: string[] = [];
    const outcome = await run(job.plan, job.tell ? (line) => lines.push(line) : undefined);
    return { kind: "plan", outcome, lines };
  }
  if (job.kind === "shrink") return { kind: "shrink", ...(await shrink(job.plan, run)) };
  const failures: { plan: Plan; violations: string[] }[] = [];
  let schedules = 0;
  let turns = 0;
  for (const seed of job.seeds) {
    const plan = generate(seed, job.family);
    const outcome = await run(plan);
    schedules += 1;
    turns += outcome.turns;
    if (outcome.violations.length === 0) continue;
    failures.push({ plan, violations: outcome.violations });
    if (job.stopAtFailure) break;
  }
  return { kind: "seeds", schedules, turns, failures };
}

parentPort?.on("message", (job: Job) => {
  void work(job).then((result) => parentPort?.postMessage(result));
});
