import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { cloneFolder } from "../local/folders.ts";
import { explained } from "./explained.ts";
import { writeBuilt } from "./write-file.ts";

const source = join(cloneFolder, "apps", "web");
const target = join(cloneFolder, "dist", "web");

/**
 * Bundles the page. Every file that index.html refers to with "./" is built under a name with a
 * hash of its content, so that browsers may keep it for ever, and the reference follows.
 */
export async function buildPage(): Promise<void> {
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
      minify: true,
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

  for (const { path, contents } of outputFiles) await writeBuilt(path, contents);
  // Last, so that a page that is served meanwhile never refers to what is not there yet.
  await writeBuilt(join(target, "index.html"), page);
  const kept = new Set(["index.html", ...outputFiles.map(({ path }) => relative(target, path))]);
  for (const name of await readdir(target))
    if (!kept.has(name)) await rm(join(target, name), { recursive: true, force: true });
}
