import { join } from "node:path";
import { context, formatMessages, type OutputFile } from "esbuild";
import { buildApps, programOptions } from "../build/apps.ts";
import { writeBuilt } from "../build/write-file.ts";
import { cloneFolder } from "../local/folders.ts";
import { runToEnd } from "../local/process.ts";

/** Builds after every change. */
export type Builds = {
  /** Resolves when dist/ is there for the first time. @throws Error with the messages of the build. */
  first: Promise<void>;
  /** Calls back after every later build that changed a program and has no build or type errors. */
  onGood(live: (seconds: number) => Promise<void>): void;
  close(): Promise<void>;
};

/**
 * Watches the sources. A build or type error is shown, and what was built before stays in dist/ and
 * keeps running.
 */
export async function watchBuilds(say: (line: string) => void): Promise<Builds> {
  let live: ((seconds: number) => Promise<void>) | undefined;
  /** What is in dist/ and runs. */
  let good: OutputFile[] = [];
  let builds = 0;
  let working: Promise<void> = Promise.resolve();

  const take = async (files: OutputFile[], number: number, start: number) => {
    if (keyOf(files) === keyOf(good)) return;
    const types = await typeErrors();
    // A newer build is on its way: its result is what counts.
    if (number !== builds) return;
    if (types) return say(`${types}\nNot live: the last good build keeps running.`);
    const seconds = (performance.now() - start) / 1_000;
    const write = async (built: OutputFile[]) => {
      for (const { path, contents } of built) await writeBuilt(path, contents);
    };
    await write(files);
    try {
      await live?.(seconds);
      good = files;
    } catch (error) {
      say(`${(error as Error).message}\nNot live: the build before it is started again.`);
      await write(good);
      await live?.(seconds);
    }
  };

  const first = buildApps();
  first.catch(() => {});
  let start = performance.now();
  const options = programOptions("dist");
  const watching = await context({
    ...options,
    plugins: [
      ...options.plugins,
      {
        name: "live",
        setup(build) {
          build.onStart(() => {
            start = performance.now();
          });
          build.onEnd(async ({ errors, outputFiles = [] }) => {
            builds += 1;
            const number = builds;
            const from = start;
            if (errors.length > 0) {
              const messages = await formatMessages(errors, { kind: "error" });
              return say(`${messages.join("\n")}\nNot live: the last good build keeps running.`);
            }
            if (number === 1) {
              good = outputFiles;
              return;
            }
            // Not awaited: esbuild would not see the next change until it is done.
            working = working
              .then(() => take(outputFiles, number, from))
              .catch((error: Error) => say(`${error.message}\nNot live.`));
          });
        },
      },
    ],
  });
  await watching.watch();
  return {
    first,
    onGood: (call) => {
      live = call;
    },
    async close() {
      await watching.dispose();
      await working;
    },
  };
}

/** The same for the same files. */
const keyOf = (files: OutputFile[]) => files.map(({ path, hash }) => path + hash).join();

/** The compiler's messages; empty when there are none. */
async function typeErrors(): Promise<string> {
  const compiler = join(cloneFolder, "node_modules/typescript/bin/tsc");
  const args = [compiler, "--noEmit", "--pretty", "false"];
  return runToEnd({ name: "Type check", command: process.execPath, args, cwd: cloneFolder }).then(
    () => "",
    (error: Error) => error.message,
  );
}
