import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { cloneFolder } from "../local/folders.ts";
import type { ProjectFiles } from "./files.ts";
import { importsOf } from "./imports.ts";

type Versions = Record<string, string>;
type Manifest = { name: string; version: string; engines: Versions } & Record<Kind, Versions | undefined>;
type Kind = "dependencies" | "devDependencies";
type Locked = {
  dependencies?: Versions;
  optionalDependencies?: Versions;
  peerDependencies?: Versions;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
} & Record<string, unknown>;
type Lock = { packages: Record<string, Locked> } & Record<string, unknown>;

/**
 * Adds to package.json the packages that the project imports, in the versions of this repository, and
 * makes its package-lock.json from ours: the same packages, without those that nothing needs.
 *
 * @throws Error when the project imports a package that is not in our package.json
 */
export async function packagesOf(files: ProjectFiles): Promise<void> {
  const ours = await json<Manifest>("package.json");
  const file = files.get("package.json")!;
  const manifest = JSON.parse(file.text) as Manifest;
  const versionOf = (name: string): string => {
    const version = ours.dependencies?.[name] ?? ours.devDependencies?.[name];
    if (version) return version;
    throw new Error(`package.json does not list ${name}, which a new project needs.`);
  };
  const inApps = packagesIn(files, (path) => path.startsWith("apps/"));
  const elsewhere = packagesIn(files, (path) => !path.startsWith("apps/"));
  const tools = [...Object.keys(manifest.devDependencies ?? {}), ...elsewhere];
  const versions = (names: string[]) =>
    Object.fromEntries([...new Set(names)].sort().map((name) => [name, versionOf(name)]));
  manifest.dependencies = versions(inApps);
  manifest.devDependencies = versions(tools.filter((name) => !inApps.includes(name)));
  files.set("package.json", { ...file, text: `${JSON.stringify(manifest, null, 2)}\n` });

  const lock = lockFor(manifest, await json<Lock>("package-lock.json"));
  files.set("package-lock.json", { ...file, text: `${JSON.stringify(lock, null, 2)}\n` });
}

/** Packages that the chosen source files import, sorted. */
function packagesIn(files: ProjectFiles, chosen: (path: string) => boolean): string[] {
  const sources = [...files].filter(([path]) => path.endsWith(".ts") && chosen(path));
  const names = sources.flatMap(([, { text }]) => importsOf(text));
  const packages = names
    .filter(
      (name) => /^[@a-z]/.test(name) && !/^(node|functions):/.test(name) && !builtinModules.includes(name),
    )
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
  return [...new Set(packages)].sort();
}

/** The lock file of a project, from one that has at least its packages in the same versions. */
export function lockFor(manifest: Manifest, ours: Lock): Lock {
  const { name, version, dependencies = {}, devDependencies = {}, engines } = manifest;
  const production = reach(Object.keys(dependencies), ours);
  const all = reach([...Object.keys(dependencies), ...Object.keys(devDependencies)], ours);
  const packages: Lock["packages"] = { "": { name, version, dependencies, devDependencies, engines } };
  for (const path of [...all].sort()) {
    const { dev: _dev, ...locked } = ours.packages[path]!;
    packages[path] = production.has(path) ? locked : { ...locked, dev: true };
  }
  return { ...ours, name, version, packages };
}

/** The places of all packages that these lead to. */
function reach(names: string[], { packages }: Lock): Set<string> {
  const reached = new Set<string>();
  const visit = (name: string, from: string, optional: boolean): void => {
    const place = placeOf(name, from);
    if (place === undefined) {
      if (optional) return;
      throw new Error(`package-lock.json has no ${name}, which ${from || "a new project"} needs.`);
    }
    if (reached.has(place)) return;
    reached.add(place);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[place]!;
    for (const each of Object.keys({ ...dependencies })) visit(each, place, false);
    for (const each of Object.keys({ ...optionalDependencies })) visit(each, place, true);
    for (const each of Object.keys({ ...peerDependencies })) {
      if (!peerDependenciesMeta?.[each]?.optional) visit(each, place, true);
    }
  };
  // As Node looks for a package: beside the one that needs it, then one level up, and so on.
  const placeOf = (name: string, from: string): string | undefined => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
      const place = `${at ? `${at}/` : ""}node_modules/${name}`;
      if (packages[place]) return place;
      if (!at) return undefined;
    }
  };
  for (const name of names) visit(name, "", false);
  return reached;
}

async function json<Content>(name: string): Promise<Content> {
  return JSON.parse(await readFile(join(cloneFolder, name), "utf8")) as Content;
}
