import type { Summary } from "./run-stages.ts";

/** How each step went and how long it took, as lines for a terminal. `seconds` is the time of everything. */
export function table({ outcomes, skipped }: Pick<Summary, "outcomes" | "skipped">, seconds: number): string {
  const rows = [
    ...outcomes.map(({ name, seconds: own, result }) => [name, `${own.toFixed(1)} s`, result]),
    ...skipped.map((name) => [name, "", "did not run"]),
    ["total, side by side", `${seconds.toFixed(1)} s`, ""],
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const [names, times] = [width(0), width(1)];
  return rows
    .map(([name, time, result]) => `${name!.padEnd(names)}  ${time!.padStart(times)}  ${result}`.trimEnd())
    .join("\n");
}
