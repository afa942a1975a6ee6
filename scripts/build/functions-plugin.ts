import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Resolves `functions:./folder` to a list of the default exports of all files in the folder, in the order of
 * their names: a new function is found by its file, and listed nowhere.
 */
export const functionsPlugin: Plugin = {
  name: "functions",
  setup(build) {
    build.onResolve({ filter: /^functions:/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.slice("functions:".length)),
      namespace: "functions",
    }));
    build.onLoad({ filter: /.*/, namespace: "functions" }, async ({ path }) => {
      const files = (await readdir(path)).filter((name) => name.endsWith(".ts")).sort();
      const imports = files.map((name, at) => `import f${at} from ${JSON.stringify(`./${name}`)};`);
      const list = `export default [${files.map((_name, at) => `f${at}`).join(", ")}];`;
      return {
        contents: `${imports.join("\n")}\n${list}\n`,
        resolveDir: path,
        watchDirs: [path],
        watchFiles: files.map((name) => join(path, name)),
      };
    });
  },
};
