import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../local/folders.ts";
import { run } from "../local/process.ts";

/** Checks the types of apps/. Returns the compiler's messages; empty when there are none. */
export type CheckTypes = () => Promise<string>;

/** The apps and the page have other globals, so each is checked by itself. */
const worlds = {
  apps: { extends: "tsconfig.json", include: ["apps/api", "apps/calculator", "apps/shared"] },
  page: { extends: "apps/web/tsconfig.json", include: ["apps/web"] },
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
  const projects = Object.entries(worlds).map(async ([name, { extends: base, include }]) => {
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
    return project;
  });
  const all = await Promise.all(projects);
  return async () => (await Promise.all(all.map(check))).filter(Boolean).join("\n");
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
