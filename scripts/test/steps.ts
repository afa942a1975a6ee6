import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrBuildCli, findOrBuildDapr } from "../dapr/find-or-build.ts";
import { findRedisServer } from "../local/find-redis.ts";
import { cloneFolder } from "../local/folders.ts";
import type { Counts } from "./counts.ts";
import { runStep } from "./run-step.ts";

/** One part of `npm test`. Throws when it fails, with what there is to say. */
export type Step = { name: string; run: (counts: Counts) => Promise<void> };

/** In order: what is quick and often wrong comes first. */
export const steps: Step[] = [
  { name: "types", run: () => runStep("tsc", [bin("typescript/bin/tsc"), "--noEmit"]) },
  {
    name: "lint and format",
    run: () => runStep("biome", [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]),
  },
  { name: "unit tests", run: (counts) => jest("unit", [], counts) },
  { name: "build", run: () => runStep("the build", ["--import", "tsx", "scripts/build.ts"]) },
  { name: "Dapr and Redis", run: provideServers },
  // One after the other from here: each of them starts whole systems.
  ...[
    ["integration", "integration tests"],
    ["docs", "the workshop's commands"],
    ["e2e", "the page in a browser"],
    ["faults", "faults, the short form"],
    ["deploy", "manifests, compose and images"],
  ].map(([project, name]) => ({
    name: name as string,
    run: (counts: Counts) => jest(project as string, ["--runInBand"], counts),
  })),
];

async function provideServers(): Promise<void> {
  const { daprd } = await findOrBuildDapr();
  const cli = await findOrBuildCli();
  const { from } = await findRedisServer();
  console.log(`  daprd: ${daprd}\n  dapr CLI: ${cli}\n  Redis: ${from}`);
}

async function jest(project: string, args: string[], counts: Counts): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fib-test-"));
  const report = join(folder, "report.json");
  const options = ["--selectProjects", project, "--json", `--outputFile=${report}`, ...args];
  try {
    await runStep("jest", ["--experimental-vm-modules", bin("jest/bin/jest.js"), ...options]);
  } finally {
    await counts.addJest(report);
    await rm(folder, { recursive: true, force: true });
  }
}

function bin(path: string): string {
  return join(cloneFolder, "node_modules", path);
}
