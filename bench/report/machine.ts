import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { cloneFolder } from "../../scripts/local/folders.ts";

/** What it was measured on, in one sentence. */
export function machine(loadBefore: number): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: cloneFolder,
    encoding: "utf8",
  });
  return [
    `${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node};`,
    `commit ${commit.trim()}, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC;`,
    `load of the machine before the run ${loadBefore.toFixed(1)}, at its end ${loadavg()[0]!.toFixed(1)}.`,
  ].join(" ");
}
