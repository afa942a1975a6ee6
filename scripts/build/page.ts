import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { cloneFolder } from "../local/folders.ts";
import { explained } from "./explained.ts";
import { writeBuilt } from "./write-file.ts";

const source = join(cloneFolder, "apps", "web");
const target = join(cloneFolder, "dist", "web");

/** A file of the built page; its path is relative to the page's folder. */
export type PageFile = { path: string; contents: Uint8Array };

/** Builds the page into dist/web. */
export async function buildPage(): Promise<void> {
  await writePage(await bundlePage(), target);
}

/**
 * Bundles the page. Every file that index.html refers to with "./" is built under a name with a
 * hash of its content, so that browsers may keep it for ever, and the reference follows.
 *
 * @param development readable code that loads the page again when another one is built
 */
export async function bundlePage({ development = false } = {}): Promise<PageFile[]> {
  const html = await readFile(join(source, "index.html"), "utf8").catch(() => {
    throw new Error("The build needs apps/web/index.html, which does not exist.");
  });
  const references = [
    ...new Set([...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1]!)),
  ];
  if (!references.includes("main.tsx"))
    throw new Error('apps/web/index.html does not refer to "./main.tsx".');
  const { outputFiles, metafile } = await explained(
    build({
      absWorkingDir: cloneFolder,
      entryPoints: references.map((name) => join(source, name)),
      outdir: target,
      outbase: source,
      entryNames: "[name]-[hash]",
      assetNames: "[name]-[hash]",
      bundle: true,
      minify: !development,
      ...(development ? { inject: [join(cloneFolder, "scripts", "dev", "reload-page.ts")] } : {}),
      sourcemap: true,
      metafile: true,
      format: "esm",
      target: ["es2022"],
      jsx: "automatic",
      jsxImportSource: "preact",
      define: { "process.env.NODE_ENV": '"production"' },
      loader: { ".svg": "copy", ".png": "copy", ".ico": "copy", ".woff2": "copy", ".webmanifest": "copy" },
      logLevel: "silent",
      write: false,
    }),
  );
  const names = new Map<string, string>();
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) names.set(relative(source, join(cloneFolder, entryPoint)), basename(output));
  }
  const page = html.replace(/((?:src|href)=")\.\/([^"]+)"/g, (_all, before: string, name: string) => {
    const built = names.get(name);
    if (!built) throw new Error(`The build made nothing of apps/web/${name}.`);
    return `${before}./${built}"`;
  });
  const files = outputFiles.map(({ path, contents }) => ({ path: relative(target, path), contents }));
  return [...files, { path: "index.html", contents: Buffer.from(page) }];
}

/** Writes a bundled page, and removes what an earlier one left. */
export async function writePage(files: PageFile[], folder: string): Promise<void> {
  // index.html is the last, so that a page that is served meanwhile never refers to a missing file.
  for (const { path, contents } of files) await writeBuilt(join(folder, path), contents);
  const kept = new Set(files.map(({ path }) => path.split("/")[0]!));
  for (const name of await readdir(folder)) {
    if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
