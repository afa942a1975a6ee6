import { beyond, type Row } from "./row.ts";

const width = 760;
const left = 330;
const rowHeight = 26;
/** Bars end here, so that one great success does not flatten the others. */
const most = 4;

/** A bar for every row with a target: how far beyond it, with a whisker for the spread. SVG. */
export function picture(rows: Row[]): string {
  const shown = rows.filter((row) => beyond(row));
  const height = 46 + shown.length * rowHeight;
  const x = (value: number) => Math.round(left + (Math.min(value, most) / most) * (width - left - 60));
  const bars = shown.flatMap((row, number) => {
    const { median, least, most: best } = beyond(row)!;
    const y = 34 + number * rowHeight;
    const middle = y + 8;
    const colour = median >= 1 ? "#2f7d5b" : "#b3541e";
    return [
      `<text x="${left - 10}" y="${y + 12}" text-anchor="end">${escaped(row.what)}</text>`,
      `<rect x="${left}" y="${y}" width="${x(median) - left}" height="16" rx="2" fill="${colour}"/>`,
      `<path d="M${x(least)} ${middle}H${x(best)}M${x(least)} ${y + 4}v8M${x(best)} ${y + 4}v8" stroke="#888"/>`,
      `<text x="${Math.max(x(median), x(best)) + 6}" y="${y + 12}">${median.toFixed(2)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="How far beyond its target each measurement is" font-family="system-ui, sans-serif" font-size="12" fill="#666">`,
    `<text x="${x(1)}" y="16" text-anchor="middle">target</text>`,
    `<text x="${width - 4}" y="16" text-anchor="end">better →</text>`,
    ...bars,
    `<path d="M${x(1)} 22V${height - 8}" stroke="#888" stroke-dasharray="3 3"/>`,
    "</svg>",
    "",
  ].join("\n");
}

const escaped = (text: string) => text.replace(/`/g, "").replace(/&/g, "&amp;").replace(/</g, "&lt;");
