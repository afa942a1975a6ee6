import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../local/folders.ts";
import { run } from "../local/process.ts";

/**
 * Checks the types of apps/ after a change of these files (paths below apps/; undefined for all of them).
 * Returns the compiler's messages; empty when there are none.
 */
export type CheckTypes = (changed?: ReadonlySet<string>) => Promise<string>;

/** The apps and the page have other globals, so each is checked by itself, and only when it may have changed. */
const worlds = {
  apps: {
    extends: "tsconfig.json",
    include: ["apps/api", "apps/calculator", "apps/shared"],
    has: (path: string) => !/^web\b/.test(path),
  },
  page: {
    extends: "apps/web/tsconfig.json",
    include: ["apps/web"],
    has: (path: string) => /^(web|shared)\b/.test(path),
  },
};

/**
 * A check that remembers what it found: after the first one, only what changed and what depends on
 * it is looked at again.
 *
 * @param folder where the memory is kept
 */
export async function typeChecker(folder: string): Promise<CheckTypes> {
  await mkdir(folder, { recursive: true });
  const inClone = (path: string) => join(cloneFolder, path);
  const projects = Object.entries(worlds).map(async ([name, { extends: base, include, has }]) => {
    const project = join(folder, `tsconfig.${name}.json`);
    const settings = {
      extends: inClone(base),
      compilerOptions: {
        incremental: true,
        tsBuildInfoFile: join(folder, `${name}.tsbuildinfo`),
        typeRoots: [inClone("node_modules/@types")],
      },
      include: include.map(inClone),
    };
    await writeFile(project, JSON.stringify(settings));
    return { project, has, found: "" };
  });
  const all = await Promise.all(projects);
  return async (changed) => {
    const touched = all.filter(({ has }) => !changed || [...changed].some(has));
    await Promise.all(
      touched.map(async (world) => {
        world.found = await check(world.project);
      }),
    );
    return all.flatMap(({ found }) => found || []).join("\n");
  };
}

async function check(project: string): Promise<string> {
  const lines: string[] = [];
  const compiler = join(cloneFolder, "node_modules", "typescript", "bin", "tsc");
  const checking = await run({
    name: "tsc",
    command: process.execPath,
    args: [compiler, "--project", project, "--pretty", "false"],
    cwd: cloneFolder,
    onLine: (line) => lines.push(line),
  });
  const { code } = await checking.ended;
  return code === 0 ? "" : lines.join("\n") || `The type check failed (code ${code}).`;
}
