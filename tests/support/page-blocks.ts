import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The code blocks of a language in a page, in order. */
export const codeBlocks = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block]) => block!);

/** Writes a block whose first line is "// path": a new file below the folder. */
export function create(folder: string, block: string): void {
  const path = join(folder, /^\/\/ (\S+)$/m.exec(block)![1]!);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, block);
}

/** Applies a block whose first line is a path; the others begin with " ", "-" or "+". The old lines must be there once. */
export function change(folder: string, block: string): void {
  const [name, ...lines] = block.trimEnd().split("\n");
  const path = join(folder, name!);
  const side = (sign: string) =>
    lines
      .filter((line) => line[0] === " " || line[0] === sign)
      .map((line) => line.slice(1))
      .join("\n");
  const text = readFileSync(path, "utf8");
  expect(text.split(side("-"))).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(side("-"), () => side("+")),
  );
}
