import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrBuildCli, findOrBuildDapr } from "../dapr/find-or-build.ts";
import { findRedisServer } from "../local/find-redis.ts";
import { cloneFolder } from "../local/folders.ts";
import type { Counts } from "./counts.ts";
import type { Stage, Step } from "./run-stages.ts";
import { runStep } from "./run-step.ts";
import { checkWorkflows } from "./workflows.ts";

/** Each world has its own types: programs of Node, the page, the tests. */
const types = [".", "apps/web", "tests", "scripts/new"].map((world) =>
  tool(`types of ${world === "." ? "programs" : world}`, "typescript/bin/tsc", ["--noEmit", "-p", world]),
);
const lint = tool("lint and format", "@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]);
const markdown = tool("Markdown", "markdownlint-cli2/markdownlint-cli2-bin.mjs", []);
const spelling = tool("spelling", "cspell/bin.mjs", ["lint", "--no-progress", "--no-summary"]);
const unit = jest("unit tests", "unit", []);
const build: Step = {
  name: "build",
  run: (_, say) => runStep("the build", ["--import", "tsx", "scripts/build.ts"], say),
};
const servers: Step = { name: "Dapr and Redis", run: (_, say) => provideServers(say) };
const workflows: Step = { name: "workflows", run: (_, say) => checkWorkflows(say) };

/** What needs no running system: `npm run check`. */
export const quick: Stage[] = [[[unit], [...types, lint, markdown, spelling]]];

/**
 * Everything: `npm test`. The suites of the second stage mostly wait for processes, so two run side by side;
 * only one lane may use the workshop's fixed ports. The faults and the engine come alone: they measure times.
 */
export const all: Stage[] = [
  [
    [build, unit],
    [...types, lint, markdown, spelling, servers, workflows],
  ],
  [
    [
      system("integration tests", "integration"),
      system("the page in a browser", "e2e"),
      system("a new project", "new"),
    ],
    [
      system("the workshop's commands", "docs"),
      system("manifests, compose and images", "deploy"),
      system("Azure's commands", "azure"),
    ],
  ],
  [[system("faults, the short form", "faults"), system("compose on a real engine", "engine")]],
];

async function provideServers(say: (line: string) => void): Promise<void> {
  const { daprd } = await findOrBuildDapr(say);
  const cli = await findOrBuildCli(say);
  const { from } = await findRedisServer(say);
  for (const line of [`daprd: ${daprd}`, `dapr CLI: ${cli}`, `Redis: ${from}`]) say(line);
}

/** A program of a package, whose exit code is the result. */
function tool(name: string, path: string, args: string[]): Step {
  return { name, run: (_, say) => runStep(name, [inPackages(path), ...args], say) };
}

/** A suite that starts whole systems, so its files follow each other. */
function system(name: string, project: string): Step {
  return jest(name, project, ["--runInBand"]);
}

function jest(name: string, project: string, args: string[]): Step {
  return { name, run: (counts, say) => runJest(project, args, counts, say) };
}

async function runJest(
  project: string,
  args: string[],
  counts: Counts,
  say: (line: string) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fib-test-"));
  const report = join(folder, "report.json");
  const options = ["--selectProjects", project, "--json", `--outputFile=${report}`, ...args];
  try {
    await runStep("jest", ["--experimental-vm-modules", inPackages("jest/bin/jest.js"), ...options], say);
  } finally {
    await counts.addJest(report);
    await rm(folder, { recursive: true, force: true });
  }
}

function inPackages(path: string): string {
  return join(cloneFolder, "node_modules", path);
}
