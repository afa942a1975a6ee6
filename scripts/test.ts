import { Counts } from "./test/counts.ts";
import { type Step, steps } from "./test/steps.ts";
import { table } from "./test/table.ts";

/** `npm test`: every check, one after the other, up to the first that fails. */
const counts = new Counts();
const times: { name: string; seconds: number }[] = [];
let failed: Step | undefined;

for (const step of steps) {
  console.log(`\n— ${step.name} …`);
  const start = performance.now();
  try {
    await step.run(counts);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    counts.stepFailed();
    failed = step;
  }
  times.push({ name: step.name, seconds: (performance.now() - start) / 1000 });
  if (failed) break;
}

console.log(`\n${table(times)}\n`);
if (failed) console.log(`Failed: ${failed.name}. What comes after it did not run.`);
console.log(counts.toString());
process.exit(failed ? 1 : 0);
