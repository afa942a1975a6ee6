import { parseArgs } from "node:util";
import { runStages } from "./test/run-stages.ts";
import { stopSteps } from "./test/run-step.ts";
import { all, quick } from "./test/steps.ts";
import { table } from "./test/table.ts";

/** `npm test`: every check; `npm run check` or `npm test -- --quick`: those that need no running system. */
const { values } = parseArgs({ options: { quick: { type: "boolean" } } });

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void stopSteps().then(() => process.exit(1)));
}

const start = performance.now();
const summary = await runStages(values.quick ? quick : all, (line) => console.log(line));
const failures = summary.outcomes.filter(({ result }) => result === "failed");

console.log(`\n${table(summary, (performance.now() - start) / 1_000)}\n`);
if (failures.length > 0) console.log(`Failed: ${failures.map(({ name }) => name).join(", ")}.`);
console.log(summary.counts.toString());
process.exit(failures.length > 0 ? 1 : 0);
