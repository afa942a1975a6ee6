import { beyond, type Row } from "./row.ts";

/** The rows as a Markdown table. */
export function table(rows: Row[]): string {
  const lines = rows.map((row) => {
    const { what, ours, baseline = "", ratio, target } = row;
    const shown = ratio ? `**${digits(ratio.median)}** (${digits(ratio.least)}–${digits(ratio.most)})` : "";
    const sign = target?.sense === "at least" ? "≥" : "≤";
    const wanted = target ? `${sign} ${target.limit} ${(beyond(row)?.median ?? 0) >= 1 ? "✓" : "✗"}` : "";
    return [what, ours, baseline, shown, wanted];
  });
  const head = ["what", "ours", "baseline", "ratio (least–most)", "target"];
  const rule = ["---", "---:", "---:", "---:", "---:"];
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const digits = (value: number) => value.toFixed(2);
