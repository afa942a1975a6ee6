import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import { buildBundles, type Edit } from "../bundle/build.ts";
import { scaleEdits } from "../bundle/scale.ts";
import { readSettings } from "../bundle/settings.ts";
import type { Job, Result, WorkerData } from "./worker.ts";

export interface PoolOptions {
  /** Changes of the program and of `components/`. */
  edits?: Edit[];
  /** Threads; as many as there are cores when nothing is said. */
  size?: number;
  separately?: boolean;
}

type ResultOf<Kind extends Job["kind"]> = Extract<Result, { kind: Kind }>;

/** Threads that run schedules. */
export interface Pool {
  readonly size: number;
  run<Kind extends Job["kind"]>(job: Extract<Job, { kind: Kind }>): Promise<ResultOf<Kind>>;
  close(): Promise<void>;
}

let workerText: Promise<string> | undefined;

/** The worker and the model, as one script. */
function buildWorker(): Promise<string> {
  workerText ??= build({
    entryPoints: [join(cloneFolder, "tests/simulation/run/worker.ts")],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "silent",
  }).then(({ outputFiles }) => outputFiles[0]!.text);
  return workerText;
}

export async function openPool({
  edits = [],
  size = availableParallelism(),
  separately = false,
}: PoolOptions = {}): Promise<Pool> {
  const programEdits = edits.filter(({ file }) => file.startsWith("apps/"));
  const workerData: WorkerData = {
    bundles: await buildBundles(programEdits),
    scaledBundles: await buildBundles([...programEdits, ...scaleEdits]),
    settings: await readSettings(edits.filter(({ file }) => file.startsWith("components/"))),
    root: join(cloneFolder, "package.json"),
    separately,
  };
  const script = await buildWorker();
  const idle = Array.from({ length: size }, () => new Worker(script, { eval: true, workerData }));
  const all = [...idle];
  const line: ((worker: Worker) => void)[] = [];

  return {
    size,
    async run(job) {
      const worker = idle.pop() ?? (await new Promise<Worker>((resolve) => line.push(resolve)));
      try {
        return await new Promise((resolve, reject) => {
          worker.once("message", (result) => {
            worker.off("error", reject);
            resolve(result);
          });
          worker.once("error", reject);
          worker.postMessage(job);
        });
      } finally {
        const next = line.shift();
        if (next) next(worker);
        else idle.push(worker);
      }
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
