import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import { shellBlocks } from "./record.ts";

/** A text that tells people to run `az`. */
export type Page = { name: string; text: string };

/** Every document of the repository that has an `az` command, and check.sh, which advises some. */
export async function pagesWithAz(): Promise<Page[]> {
  const names = ["README.md", "CONTRIBUTING.md", "deploy/check.sh"];
  for (const folder of ["docs", "deploy", "components"])
    for (const name of await readdir(join(cloneFolder, folder), { recursive: true }))
      if (name.endsWith(".md")) names.push(join(folder, name));
  const pages = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(cloneFolder, name), "utf8") })),
  );
  return pages.filter(({ text }) => /\baz [a-z]/.test(text));
}

/** The `az` commands that a page's shell blocks mention, as their words before the first argument. */
export function commandsInBlocks(text: string): string[] {
  const lines = shellBlocks(text)
    .join("\n")
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"));
  return [...lines.join("\n").matchAll(commandPattern)].map(([, words]) => words!.trim());
}

/** A command that is only mentioned: in inline code of a document, or in a message of a script. */
export type Mention = { command: string; flags: string[] };

/** The commands that a page mentions outside of its shell blocks, with the flags that follow them. */
export function mentions({ name, text }: Page): Mention[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  const pieces = name.endsWith(".md")
    ? [...prose.matchAll(/`([^`]*\baz [^`]*)`/g)].map(([, code]) => code!)
    : text.split("\n").flatMap((line) => line.split(/[;?,()"]|&&/));
  return pieces.flatMap((piece) =>
    [...piece.matchAll(commandPattern)].map((match) => ({
      command: match[1]!.trim(),
      flags: piece.slice(match.index).match(/--[a-z][a-z-]+/g) ?? [],
    })),
  );
}

/** `az` and the words after it that can be a group or a command. */
const commandPattern = /(?<![\w./-])az ((?:[a-z][a-z0-9-]*(?: |$|(?=[\n)"'`])))+)/gm;
