import { dirname } from "node:path";
import type { ProgramName } from "./archive-pins.ts";
import { choose, type Way } from "./choose.ts";
import { installArchive } from "./from-archive.ts";
import { buildWithGo } from "./go-build.ts";

/** Where the sidecar is. */
export type Dapr = {
  /** The program daprd. */
  daprd: string;
  /** What the CLI calls runtimePath: holds .dapr/bin/daprd. */
  runtimePath: string;
};

type Say = (line: string) => void;

/**
 * The sidecar: an installed one, one from our cache, else the official archive, else built with Go; once for
 * every clone of this user. Throws with everything that was tried and what to install.
 */
export async function findOrBuildDapr(say: Say = console.log): Promise<Dapr> {
  const daprd = await provide("daprd", say);
  return { daprd, runtimePath: dirname(dirname(dirname(daprd))) };
}

/** The dapr CLI, found or provided in the same way. Only `dapr run` needs it. */
export function findOrBuildCli(say: Say = console.log): Promise<string> {
  return provide("dapr", say);
}

/** The dapr CLI when it is here already; nothing is downloaded or built. */
export async function findCli(): Promise<string | undefined> {
  return (await choose("dapr")).present?.path;
}

async function provide(program: ProgramName, say: Say): Promise<string> {
  const { present, ways, notes } = await choose(program);
  if (present) return present.path;
  const tried: string[] = [];
  for (const way of ways) {
    try {
      await take(way, say);
      return way.target;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tried.push(reason);
      say(`${reason}.`.replace(/\.\.$/, "."));
    }
  }
  throw new Error([`There is no ${program} here.`, ...notes, ...tried, "", howToInstall].join("\n"));
}

function take(way: Way, say: Say): Promise<void> {
  return way.from === "archive"
    ? installArchive(way.archive, way.target, say)
    : buildWithGo(way.go, way.module, way.target, say);
}

/** How Dapr is installed by hand. */
const howToInstall = [
  "Install Dapr (https://docs.dapr.io/getting-started/install-dapr-cli/):",
  "  wget -q https://raw.githubusercontent.com/dapr/cli/master/install/install.sh -O - | /bin/bash",
  "  dapr init --slim",
  "or Go (https://go.dev/dl), with which it is built here.",
].join("\n");
