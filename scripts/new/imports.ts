import { posix } from "node:path";
import type { ProjectFiles } from "./files.ts";

const imported = /(?:from|import)\s*\(?\s*"([^"]+)"|createRequire\([^)]*\)\("([^"]+)"\)/g;

/** What a source file imports, types included: relative paths and packages. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(imported)].map(([, from, required]) => (from ?? required)!);
}

/**
 * Takes the files of this repository that the files of a project import, and those that these import.
 *
 * @param take adds the file at a path to the project
 */
export async function importedFiles(
  files: ProjectFiles,
  take: (path: string) => Promise<void>,
): Promise<void> {
  // A map yields entries that are added while it is gone through.
  for (const [path, { text }] of files) {
    if (!path.endsWith(".ts")) continue;
    for (const name of importsOf(text).filter((each) => /^\.\.?\/.*\.ts$/.test(each))) {
      await take(posix.join(posix.dirname(path), name));
    }
  }
}
