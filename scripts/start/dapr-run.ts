import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Dapr } from "../dapr/find-or-build.ts";
import { cloneFolder } from "../local/folders.ts";
import { run } from "../local/process.ts";
import { waitFor } from "../local/wait-for.ts";
import type { FolderClaim } from "./folder-claim.ts";
import { checksOf, firstGone } from "./health.ts";
import { readLine } from "./log-lines.ts";
import type { Ports } from "./ports-from.ts";
import type { Stopping } from "./stopping.ts";

/** What `dapr run` is given. */
export type DaprRunOptions = {
  dapr: Dapr;
  /** The dapr.yaml of this start. */
  file: string;
  ports: Ports;
  folder: string;
  verbose: boolean;
  say: (line: string) => void;
  stopping: Stopping;
  claim: FolderClaim;
};

/** Starts both apps with `dapr run -f` and waits until every part is healthy. */
export async function runDapr(options: DaprRunOptions): Promise<{ failed: Promise<never> }> {
  const { dapr, file, ports, folder, verbose, say, stopping, claim } = options;
  const logFile = join(folder, "run", "log.txt");
  const log = createWriteStream(logFile);
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  let stops = false;

  const cli = await run({
    name: "dapr run",
    command: dapr.cli,
    args: ["run", "-f", file],
    cwd: cloneFolder,
    detached: true,
    onLine: (line) => {
      log.write(`${line}\n`);
      const { shown, fatal } = readLine(line);
      if (shown && !stops) say(shown);
      else if (verbose) say(line);
      if (fatal) fail(new Error(`${fatal}\nEverything that was logged is in ${logFile}.`));
    },
  });
  stopping.later("dapr run", async () => {
    stops = true;
    await cli.stop();
    log.end();
  });
  await claim.note(cli.pid);
  void cli.ended.then(({ code, signal }) => {
    fail(new Error(`dapr run ended by itself (${signal ?? `code ${code}`}). Its log is in ${logFile}.`));
  });

  say("Apps and sidecars: starting …");
  const giveUp = new AbortController();
  stopping.later("waiting", async () => giveUp.abort());
  for (const { name, check } of checksOf(ports)) {
    const healthy = waitFor(name, check, { deadlineMs: 60_000, signal: giveUp.signal });
    await Promise.race([healthy, failure]).catch((error: Error) => {
      healthy.catch(() => {});
      throw new Error(
        error.message.includes(logFile) ? error.message : `${error.message}\nThe log is in ${logFile}.`,
      );
    });
  }
  void firstGone(ports, giveUp.signal).then((gone) => {
    if (gone) fail(new Error(`${gone} is gone, so everything is stopped. The log is in ${logFile}.`));
  });
  return { failed: failure };
}
