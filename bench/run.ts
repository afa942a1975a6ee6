/**
 * Ours beside the baselines, in one run on one machine (docs/performance.md).
 *
 *     npm run bench              about four minutes; writes docs/performance.md and its picture
 *     npm run bench -- --quick   about two minutes; only prints
 */
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { oneMessage } from "../scripts/local/one-message.ts";
import { machine } from "./report/machine.ts";
import { picture } from "./report/picture.ts";
import type { Row } from "./report/row.ts";
import { table } from "./report/table.ts";
import { writeReport } from "./report/write.ts";
import { digits } from "./rows/digits.ts";
import { drain } from "./rows/drain.ts";
import { gets } from "./rows/gets.ts";
import { latency } from "./rows/latency.ts";
import { fillUp, memory, memoryRows } from "./rows/memory.ts";
import { posts } from "./rows/posts.ts";
import { start } from "./rows/start.ts";
import { quick, whole } from "./settings.ts";
import { openLab } from "./support/lab.ts";

/** After a start, until what was only needed for it is given back. */
const restMilliseconds = 5_000;

const isQuick = process.argv.includes("--quick");
const settings = isQuick ? quick : whole;

await oneMessage(async () => {
  const loadBefore = loadavg()[0]!;
  const rows: Row[] = [];
  const measure = async (name: string, measured: Promise<Row[]>) => {
    console.log(`${name} …`);
    const found = await measured;
    rows.push(...found);
    console.log(`${table(found)}\n`);
  };

  const lab = await openLab();
  try {
    await pause(restMilliseconds);
    const rest = await memory(lab);
    await measure("Reading values", gets(lab, settings));
    await measure("Submitting", posts(lab, settings));
    await measure("Recording and calculating under load", drain(lab, settings));
    await measure("One submission at a time", latency(lab, settings));
    const submissions = await fillUp(lab, settings);
    await measure(
      "Memory",
      memory(lab).then((after) => memoryRows(rest, after, submissions)),
    );
  } finally {
    await lab.stop();
  }
  await measure("Starting", start(settings));
  await measure("Digits against GMP", digits(settings));

  const report = `${table(rows)}\n\nMeasured with ${machine(loadBefore)}\n`;
  console.log(report);
  if (!isQuick) await writeReport(report, picture(rows));
});
