import { Counts } from "./counts.ts";

/** One part of `npm test`. Throws when it fails, with what there is to say. */
export type Step = { name: string; run: (counts: Counts, say: (line: string) => void) => Promise<void> };

/** Steps that follow each other. */
export type Lane = Step[];

/** Lanes that run side by side; the next stage begins when all of them are done. */
export type Stage = Lane[];

/** How a step went. */
export type Outcome = { name: string; seconds: number; result: "passed" | "failed" };

/** How everything went. */
export type Summary = { outcomes: Outcome[]; skipped: string[]; counts: Counts };

/**
 * Runs the stages. After the first failure no further step starts; the steps that run beside it end first, so
 * that their failures are seen too.
 */
export async function runStages(stages: Stage[], say: (line: string) => void): Promise<Summary> {
  const counts = new Counts();
  const outcomes: Outcome[] = [];
  const skipped: string[] = [];
  let failed = false;
  for (const lanes of stages) await Promise.all(lanes.map(runLane));
  return { outcomes, skipped, counts };

  async function runLane(lane: Lane): Promise<void> {
    for (const step of lane) {
      if (failed) skipped.push(step.name);
      else await runOne(step);
    }
  }

  async function runOne(step: Step): Promise<void> {
    const own = new Counts();
    const prefixed = (line: string) => say(`[${step.name}] ${line}`);
    const start = performance.now();
    prefixed("starts");
    const error = await step.run(own, prefixed).then(
      () => undefined,
      (reason: unknown) => reason ?? new Error("it failed"),
    );
    const seconds = (performance.now() - start) / 1_000;
    if (error) prefixed(error instanceof Error ? error.message : String(error));
    const result = error ? "failed" : "passed";
    prefixed(`${result} after ${seconds.toFixed(1)} s`);
    failed ||= Boolean(error);
    counts.addStep(own, !error);
    outcomes.push({ name: step.name, seconds, result });
  }
}
