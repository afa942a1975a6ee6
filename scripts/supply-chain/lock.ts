import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../local/folders.ts";

/** A package as package-lock.json describes it. */
export type LockedPackage = {
  /** Where npm installs it, for example "node_modules/a/node_modules/b"; unique in the lock file. */
  path: string;
  name: string;
  version: string;
  /** An SPDX expression; undefined where the registry did not tell. */
  license: string | undefined;
  /** Not needed by the programs, only to build and test them. */
  dev: boolean;
  /** npm may leave it out, mostly because it is for another platform. */
  optional: boolean;
  /** Wants to run a script of its own when it is installed. */
  hasInstallScript: boolean;
  optionalDependencies: string[];
};

const root = "node_modules/";

/** Every package of the lock file, without the repository itself. */
export async function lockedPackages(): Promise<LockedPackage[]> {
  const lock = JSON.parse(await readFile(join(cloneFolder, "package-lock.json"), "utf8"));
  return Object.entries<Record<string, unknown>>(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, entry]) => ({
      path,
      // Only a package that is installed under another name has its own in the entry.
      name: (entry.name as string | undefined) ?? path.slice(path.lastIndexOf(root) + root.length),
      version: entry.version as string,
      license: entry.license as string | undefined,
      dev: entry.dev === true,
      optional: entry.optional === true || entry.devOptional === true,
      hasInstallScript: entry.hasInstallScript === true,
      optionalDependencies: Object.keys((entry.optionalDependencies as object | undefined) ?? {}),
    }));
}
