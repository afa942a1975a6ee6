import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../../../scripts/local/folders.ts";

const folders = ["deploy", "docs", "tests/cluster", "tests/engine"];
/** Ours: built here, never pulled. */
const own = /^(\S*\/)?fib-calculator-/;

/**
 * Every public image that the deployment's files and the documents name, with the files that name it.
 * @param known repositories whose tags are also found in running text, for example "redis".
 */
export async function imagesInRepository(known: string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const names = known.map((name) => name.replaceAll("/", "\\/")).join("|");
  const patterns = [
    // In YAML and Dockerfiles, of any name.
    /^\s*(?:- )?image: *["']?([^\s"'#]+)/gm,
    /^(?:ARG \w+_IMAGE=|FROM +)([a-z][^\s$]*)/gm,
    /image\.base\.name="([^"]+)"/g,
    // Anywhere, of a known name; not redis:6379.
    new RegExp(`(?<![\\w/.-])((?:${names}):(?:v?\\d+[.-][\\w.-]*\\w|[a-z]+-slim))`, "g"),
  ];
  for (const file of await files()) {
    const text = await readFile(join(cloneFolder, file), "utf8");
    // A Dockerfile's own stages are no images.
    const stages = new Set([...text.matchAll(/^FROM .* AS (\w+)$/gm)].map(([, stage]) => stage));
    for (const pattern of patterns)
      for (const [, image] of text.matchAll(pattern)) {
        if (own.test(image!) || stages.has(image!) || image!.includes("${")) continue;
        found.set(image!, [...new Set([...(found.get(image!) ?? []), file])]);
      }
  }
  return found;
}

async function files(): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(cloneFolder, folder), { recursive: true, withFileTypes: true }).catch(() => []))
        .filter((entry) => entry.isFile() && /(\.(md|ya?ml|sh|ts)|Dockerfile)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(cloneFolder.length + 1)),
    ),
  );
  // What lists them, and the data of a running system.
  return [...lists.flat(), "README.md"].filter(
    (file) => file !== "deploy/images/tags.yaml" && !file.startsWith("deploy/compose/data"),
  );
}
