import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { cloneFolder } from "../local/folders.ts";
import { explained } from "./explained.ts";
import { functionsPlugin } from "./functions-plugin.ts";
import { programs } from "./programs.ts";
import { writeBuilt } from "./write-file.ts";

/**
 * Bundles each program with everything that it needs into one file, so that an image holds no
 * node_modules and an app starts in a fraction of the time.
 */
export async function buildApps(): Promise<void> {
  for (const entry of Object.values(programs)) {
    await access(join(cloneFolder, entry)).catch(() => {
      throw new Error(`The build needs ${entry}, which does not exist.`);
    });
  }
  const built = await Promise.all([explained(buildPrograms()), explained(buildSdk())]);
  for (const { path, contents } of built.flatMap(({ outputFiles }) => outputFiles)) {
    await writeBuilt(path, contents);
  }
}

const buildPrograms = () => build(programOptions("dist"));

/** How esbuild bundles the programs. @param outdir absolute, or relative to the clone */
export const programOptions = (outdir: string) =>
  ({
    absWorkingDir: cloneFolder,
    entryPoints: programs,
    outdir,
    // CommonJS: express calls require() in ways that a bundled ES module cannot answer.
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    platform: "node",
    target: "node20",
    bundle: true,
    plugins: [functionsPlugin],
    external: [
      // Loaded when a function asks for the SDK's client; built beside, below.
      "@dapr/dapr",
      // debug colours its output if this package happens to be installed, here for a test tool.
      "supports-color",
    ],
    sourcemap: true,
    logLevel: "silent",
    write: false,
  }) satisfies BuildOptions;

/**
 * Dapr's SDK in one file, where Node looks for it from every program in dist/: the programs stay small, and
 * an app that never asks for the client never reads it.
 */
const buildSdk = () =>
  build({
    absWorkingDir: cloneFolder,
    // By name, so that Node finds the exports of a CommonJS file when it is imported.
    stdin: {
      contents: `export { ${Object.keys(createRequire(import.meta.url)("@dapr/dapr")).join(", ")} } from "@dapr/dapr";`,
      resolveDir: cloneFolder,
    },
    outfile: "dist/node_modules/@dapr/dapr/index.js",
    format: "cjs",
    platform: "node",
    target: "node20",
    bundle: true,
    logLevel: "silent",
    write: false,
  });
