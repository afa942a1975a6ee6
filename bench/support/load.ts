import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadPlan, LoadResult } from "./load-plan.ts";

/** The load generator's process. */
export interface Load {
  /** Runs one plan; a second one has to wait for the first. */
  run(plan: LoadPlan): Promise<LoadResult>;
  stop(): void;
}

/** Starts the load generator. */
export function startLoad(): Load {
  const program = fileURLToPath(new URL("load-process.ts", import.meta.url));
  const child = fork(program, { execArgv: ["--import", "tsx"] });
  const ended = endedEarly(child);
  ended.catch(() => {});
  return {
    async run(plan) {
      const answered = once(child, "message");
      child.send(plan);
      const [result] = (await Promise.race([answered, ended])) as [LoadResult];
      return result;
    },
    stop: () => child.disconnect(),
  };
}

async function endedEarly(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`The load generator ended with code ${code}.`);
}
