import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../local/folders.ts";

/** Which folders of dist/ each image contains (deploy/images). */
export const imageContents = {
  api: ["api", "web"],
  calculator: ["calculator"],
  web: ["web"],
} as const;

export type Image = keyof typeof imageContents;

/**
 * The paths of the packages that an image's programs contain, as in package-lock.json.
 *
 * The images have no node_modules, so a scanner finds no packages in them: each program is one
 * file. Its source map names every file that esbuild put into it. Throws when dist/ is not built.
 */
export async function packagesIn(image: Image): Promise<Set<string>> {
  const found = new Set<string>();
  for (const folder of imageContents[image]) {
    const path = join(cloneFolder, "dist", folder);
    const names = await readdir(path, { recursive: true }).catch(() => []);
    const maps = names.filter((name) => name.endsWith(".map"));
    if (maps.length === 0) throw new Error(`dist/${folder} has no source maps; run "npm run build" first.`);
    for (const map of maps) {
      const { sources } = JSON.parse(await readFile(join(path, map), "utf8")) as { sources: string[] };
      for (const source of sources) {
        const match = /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source);
        if (match) found.add(match[0]);
      }
    }
  }
  return found;
}
