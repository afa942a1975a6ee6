/**
 * One part of a start. "ok": it is here. "first start": it is fetched or built then. "missing": a start fails.
 * "optional": only some commands need it.
 */
export type Finding = {
  part: string;
  state: "ok" | "first start" | "missing" | "optional";
  /** What was chosen. */
  chosen: string;
  /** Why, and what was not chosen. */
  why: string;
};

/** The findings as an aligned table for a terminal. */
export function table(findings: Finding[]): string {
  const rows = [
    ["part", "state", "chosen", "why"],
    ...findings.map(({ part, state, chosen, why }) => [part, state, chosen, why]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
