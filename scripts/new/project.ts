import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { cloneFolder } from "../local/folders.ts";
import type { ProjectFile, ProjectFiles } from "./files.ts";
import { importedFiles } from "./imports.ts";
import { packagesOf } from "./packages.ts";

const template = join(cloneFolder, "scripts", "new", "template");

/** What no import leads to, and what a project has as it is here. */
const taken = [
  "apps/shared/runtime",
  "scripts/install.mjs",
  "scripts/dapr/archives.json",
  "scripts/dapr/daprd",
  "scripts/dapr/cli",
  "scripts/dapr/runtime",
  ".editorconfig",
  ".gitignore",
  ".npmrc",
  ".nvmrc",
  "biome.json",
  "LICENSE",
];

/** Texts that only make sense in this repository. In files that are taken from here, not in the template. */
const replacements: [from: RegExp, to: string][] = [
  // The cache, Go modules and variables of the set-up.
  [/fib-calculator/g, "dapr-functions"],
  [/\bfib-/g, "dapr-functions-"],
  [/\bFIB_/g, ""],
  // Documents that a project does not have.
  [/\[Chapter 12\]\([^)]*\)/g, "[The README](../../../README.md)"],
  [/ \(docs\/[\w/.-]+\)/g, ""],
];

/**
 * Writes a project whole or not at all.
 *
 * @param target an absolute path; its last part is the project's name
 * @returns how many files it has
 * @throws Error when something is at the target already, or the name cannot be used
 */
export async function writeProject(target: string): Promise<number> {
  const name = basename(target);
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new Error(
      `"${name}" cannot be the name of a package and a namespace: use up to 40 of a-z, 0-9 and -, beginning with a letter.`,
    );
  }
  if (!relative(cloneFolder, target).startsWith("..")) {
    throw new Error(`${target} is inside this repository. Name a folder beside it, like ../${name}.`);
  }
  await requireNothingAt(target);
  const files = await projectFiles(name);
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(`${target}-`);
  try {
    for (const [path, { text, mode }] of files) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), text, { mode });
    }
    await rename(work, target).catch(async (error) => {
      await requireNothingAt(target);
      throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return files.size;
}

/** An empty folder is nothing. */
async function requireNothingAt(target: string): Promise<void> {
  const there = await lstat(target).catch(() => undefined);
  if (!there || (there.isDirectory() && (await readdir(target)).length === 0)) return;
  throw new Error(`${target} exists already and was left as it is. Name a folder that does not exist.`);
}

/** Every file of a project of this name. */
export async function projectFiles(name: string): Promise<ProjectFiles> {
  const files: ProjectFiles = new Map();
  for (const path of await filesBelow(template, "")) {
    const { text, mode } = await read(join(template, path));
    files.set(path, { text: text.replaceAll("project-name", name), mode });
  }
  const take = async (path: string) => {
    if (files.has(path)) return;
    const { text, mode } = await read(join(cloneFolder, path));
    files.set(path, { text: replacements.reduce((all, [from, to]) => all.replace(from, to), text), mode });
  };
  for (const path of taken) {
    const isFolder = (await stat(join(cloneFolder, path))).isDirectory();
    for (const each of isFolder ? await filesBelow(cloneFolder, path) : [path]) await take(each);
  }
  await importedFiles(files, take);
  await packagesOf(files);
  return files;
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

async function read(path: string): Promise<ProjectFile> {
  return { text: await readFile(path, "utf8"), mode: (await stat(path)).mode & 0o777 };
}
