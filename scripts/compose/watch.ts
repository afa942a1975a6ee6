import { cp, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Build, Builds, fingerprint } from "../dev/builds.ts";
import { cloneFolder } from "../local/folders.ts";

/**
 * Runs in the container `build` of deploy/compose/dev.yaml: builds apps/ whenever one of its files
 * changes, into the folder that the other containers run from. They watch it, and restart when their
 * program is another one.
 *   node --import tsx scripts/compose/watch.ts /built /tmp/built
 * The file of the second argument exists once there is something to run. A build that fails is
 * reported, and the last good one keeps running.
 */
const everyMs = 250;
const [target, mark] = process.argv.slice(2);
if (!target || !mark) throw new Error("Usage: watch.ts FOLDER_TO_BUILD_TO FILE_THAT_SAYS_READY");

const builds = await Builds.open(target);
// Dapr's SDK, which does not change with the source code.
await cp(join(cloneFolder, "dist/node_modules"), join(target, "node_modules"), { recursive: true });

let good: Build | undefined;
for (let last = ""; ; await pause(everyMs)) {
  const now = await stateOf(join(cloneFolder, "apps"));
  if (now === last) continue;
  last = now;
  try {
    const start = Date.now();
    const built = await builds.build();
    const changed = await write(built, good);
    good = built;
    await writeFile(mark, "");
    console.log(`Built in ${Date.now() - start} ms; changed: ${changed.join(", ") || "nothing"}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

/** Writes the parts that differ from the build before, so that the others do not restart; their names. */
async function write(built: Build, before: Build | undefined): Promise<string[]> {
  const changed: string[] = [];
  for (const [name, files] of built.programs) {
    if (fingerprint(before?.programs.get(name) ?? []) === fingerprint(files)) continue;
    await builds.writeProgram(files);
    changed.push(name);
  }
  const pageOf = (build: Build | undefined) =>
    fingerprint((build?.page ?? []).map(({ path, contents }) => [path, contents]));
  if (pageOf(before) !== pageOf(built)) {
    await builds.writePage(built.page);
    changed.push("page");
  }
  return changed;
}

/**
 * Names, sizes and times of all files below a folder. It asks instead of waiting for events, since
 * not every way of sharing a folder with a virtual machine passes them on.
 */
async function stateOf(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      // A file may disappear between the two looks, as editors do it when they save.
      const found = await stat(join(folder, name)).catch(() => undefined);
      return `${name} ${found?.size} ${found?.mtimeMs}`;
    }),
  );
  return lines.join("\n");
}
