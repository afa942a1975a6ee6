import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../../scripts/local/folders.ts";

const docs = join(cloneFolder, "docs");

/** Puts the results into docs/performance.md, between the markers, and the picture beside it. */
export async function writeReport(text: string, picture: string): Promise<void> {
  const file = join(docs, "performance.md");
  const page = await readFile(file, "utf8");
  const between = /(<!-- bench -->\n)[\s\S]*(<!-- end of bench -->)/;
  if (!between.test(page)) throw new Error(`${file} has no markers for the results.`);
  await writeFile(
    file,
    page.replace(between, (_all, start, end) => `${start}${text}\n${end}`),
  );
  await mkdir(join(docs, "images"), { recursive: true });
  await writeFile(join(docs, "images", "bench.svg"), picture);
}
