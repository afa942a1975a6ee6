import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { functionsPlugin } from "../../../scripts/build/functions-plugin.ts";
import { cloneFolder } from "../../../scripts/local/folders.ts";

/** A change of the program's text: what a mutant does, or how a defect that was fixed is put back. */
export interface Edit {
  /** The file, from the top of the project. */
  file: string;
  from: string;
  to: string;
}

/** The apps as text, each the body of a function that `evaluate.ts` makes. */
export interface Bundles {
  api: string;
  calculator: string;
  contracts: string;
}

const standIns = join(cloneFolder, "tests/simulation/standins");
const standIn = (name: string) => join(standIns, `${name}.ts`);

/** Modules of Node and of npm, by what takes their place. */
const replaced: Record<string, string> = {
  "node:http": standIn("http"),
  "node:timers/promises": standIn("timers"),
  "node:perf_hooks": standIn("globals"),
  "node:worker_threads": standIn("worker"),
  "node:crypto": standIn("crypto"),
  "node:async_hooks": standIn("small"),
  "node:stream": standIn("stream"),
  "node:stream/promises": standIn("stream"),
  "node:os": standIn("small"),
  "lru-cache": standIn("lru-cache"),
  express: standIn("express"),
  pino: standIn("small"),
  "prom-client": standIn("small"),
  uuid: standIn("small"),
};

/**
 * Builds both apps for the simulation. Their own files are taken as they are.
 * @throws when an edit's text is not in its file exactly once, so that no mutant is silently the original.
 */
export async function buildBundles(edits: Edit[] = []): Promise<Bundles> {
  const missed = new Set(edits);
  const bundle = async (contents: string, isApp: boolean): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: cloneFolder },
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      external: ["zod", "path-to-regexp", "range-parser", "@dapr/dapr"],
      define: { __dirname: '"/app"' },
      inject: isApp ? [standIn("globals")] : [],
      plugins: [functionsPlugin, ...(isApp ? [sharedContracts] : []), swap, applyEdits(edits, missed)],
    });
    return outputFiles[0]!.text;
  };
  const app = (name: string) =>
    bundle(
      `import "./apps/${name}/main.ts"; export { starts } from ${JSON.stringify(standIn("run"))};`,
      true,
    );
  const contracts = ["digits", "events", "http", "names", "settings", "state"]
    .map((name) => `export * as ${name} from "./apps/shared/contracts/${name}.ts";`)
    .join("\n");
  const bundles = {
    api: await app("api"),
    calculator: await app("calculator"),
    contracts: await bundle(contracts, false),
  };
  if (missed.size > 0) {
    throw new Error(`not applied: ${[...missed].map(({ file, from }) => `${file}: ${from}`).join("\n")}`);
  }
  return bundles;
}

/** Contracts have no state: all processes share them, so that their schemas are compiled once. */
const sharedContracts: Plugin = {
  name: "shared-contracts",
  setup({ onResolve }) {
    onResolve(
      { filter: /shared\/contracts\/\w[\w-]*\.ts$|^\.\.?\/contracts\/\w[\w-]*\.ts$|^\.\/\w[\w-]*\.ts$/ },
      (args) => {
        const isContract = /contracts\//.test(args.path) || /shared\/contracts$/.test(args.resolveDir);
        return isContract ? { path: `contracts/${basename(args.path, ".ts")}`, external: true } : undefined;
      },
    );
  },
};

const swap: Plugin = {
  name: "stand-ins",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) => {
      if (path === "real:crypto") return { path: "node:crypto", external: true };
      if (/fibonacci\/digits\.ts$/.test(path)) return { path: standIn("digits") };
      if (/\/openapi\.ts$/.test(path)) return { path: standIn("openapi") };
      if (/\/main\.ts$/.test(importer) && /\/run\.ts$/.test(path)) return { path: standIn("run") };
      const other = replaced[path];
      return other && !importer.startsWith(standIns) ? { path: other } : undefined;
    });
  },
};

function applyEdits(edits: Edit[], missed: Set<Edit>): Plugin {
  return {
    name: "edits",
    setup({ onLoad }) {
      if (edits.length === 0) return;
      onLoad({ filter: /\/apps\/.*\.ts$/ }, async ({ path }) => {
        const mine = edits.filter(({ file }) => path === join(cloneFolder, file));
        if (mine.length === 0) return undefined;
        let contents = await readFile(path, "utf8");
        for (const edit of mine) {
          if (contents.split(edit.from).length !== 2) continue;
          contents = contents.replace(edit.from, () => edit.to);
          missed.delete(edit);
        }
        return { contents, loader: "ts" };
      });
    },
  };
}
