import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import { pictures } from "../../../scripts/screenshots/pictures.ts";

async function markdownFiles(): Promise<string[]> {
  const inDocs = (await readdir(join(cloneFolder, "docs"), { recursive: true })).map((name) =>
    join("docs", name),
  );
  return ["README.md", ...inDocs].filter((name) => name.endsWith(".md"));
}

describe("Pictures of the page in the documents", () => {
  test("each has the alternative text of the script that takes it", async () => {
    const wrong: string[] = [];
    let shown = 0;
    for (const file of await markdownFiles()) {
      const text = await readFile(join(cloneFolder, file), "utf8");
      for (const [, alt, path] of text.matchAll(/!\[([^\]]*)\]\(([^)\s]+\.png)\)/g)) {
        const expected = Object.entries(pictures).find(([name]) => basename(path!) === `${name}.png`)?.[1];
        if (expected === undefined) continue;
        shown++;
        if (alt !== expected) wrong.push(`${file}: ${path} needs the alternative text "${expected}"`);
      }
    }
    expect(wrong).toEqual([]);
    expect(shown).toBeGreaterThan(0);
  });
});
