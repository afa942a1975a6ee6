import { access } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../local/folders.ts";
import { type Archive, type ProgramName, pinnedArchive, thisPlatform } from "./archive-pins.ts";
import { findInstalled } from "./find-installed.ts";
import { findGo, type GoModule, goModule } from "./go-build.ts";

/** A way to a program that is here already. */
export type Present = { from: "installed" | "cache"; path: string; version: string };

/** A way to get a program that is not here. */
export type Way =
  | { from: "archive"; archive: Archive; target: string }
  | { from: "go"; go: string; module: GoModule; target: string };

/** Everything that is known about a program before anything is downloaded or built. */
export type Choice = {
  present?: Present;
  /** In the order in which they are tried. */
  ways: Way[];
  /** Why something better was not chosen. */
  notes: string[];
};

/** Looks for a program and for the ways to get it; downloads and builds nothing. */
export async function choose(program: ProgramName): Promise<Choice> {
  const notes: string[] = [];
  const installed = await findInstalled(program);
  if (installed?.usable) {
    const { path, version, reason } = installed;
    return { present: { from: "installed", path, version }, ways: [], notes: [reason] };
  }
  notes.push(installed ? installed.reason : `no ${program} is installed`);

  const ways: Way[] = [];
  const archive = await pinnedArchive(program);
  if (archive) {
    const target = placeOf(program, archive.version, archive.sha256.slice(0, 8));
    if (await exists(target)) {
      return { present: { from: "cache", path: target, version: archive.version }, ways, notes };
    }
    ways.push({ from: "archive", archive, target });
  } else notes.push(`no checksum of its archive for ${thisPlatform} is pinned`);

  const module = await goModule(program);
  const target = placeOf(program, module.version, module.key);
  if (await exists(target)) {
    return { present: { from: "cache", path: target, version: module.version }, ways: [], notes };
  }
  const go = await findGo();
  if (go) ways.push({ from: "go", go, module, target });
  else notes.push("Go is not installed");
  return { ways, notes };
}

// The CLI wants daprd at <runtimePath>/.dapr/bin/daprd.
function placeOf(program: ProgramName, version: string, key: string): string {
  const folder = join(cacheFolder(), `${program}-${version}-${key}`);
  return program === "daprd" ? join(folder, ".dapr", "bin", "daprd") : join(folder, "dapr");
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
