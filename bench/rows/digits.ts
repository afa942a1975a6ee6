import { join } from "node:path";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { runToEnd } from "../../scripts/local/process.ts";
import type { Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";

/** What the time over GMP's may be at most, by index. */
const limits: Record<number, number> = {
  10000: 1.5,
  30000: 0.8,
  100000: 1,
  1000000: 0.6,
  10000000: 0.35,
};

/** From an index to its digits against GMP: what bench/fibonacci/compare.ts prints, as rows. */
export async function digits({ digits, rounds }: Settings): Promise<Row[]> {
  const output = await runToEnd({
    name: "bench/fibonacci/compare.ts",
    command: process.execPath,
    args: ["--import", "tsx", join("bench", "fibonacci", "compare.ts"), ...digits.map(String)],
    cwd: cloneFolder,
    env: { ...process.env, ROUNDS: String(rounds) },
  });
  const lines = output.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const head = lines.find((cells) => cells[0] === "n") ?? [];
  const at = (cells: string[], name: RegExp) => Number(cells[head.findIndex((cell) => name.test(cell))]);
  return lines
    .filter(([index]) => limits[Number(index)] !== undefined)
    .map((cells) => ({
      what: `all digits of F(${Number(cells[0]).toLocaleString("en")})`,
      ours: `${at(cells, /^ours/)} ms at best`,
      baseline: `${at(cells, /^GMP/)} ms GMP at best`,
      ratio: { median: at(cells, /^median$/), least: at(cells, /min$/), most: at(cells, /^max$/) },
      target: { limit: limits[Number(cells[0])]!, sense: "at most" as const },
    }));
}
