import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Dapr } from "../dapr/find-or-build.ts";
import { waitFor } from "../local/wait-for.ts";
import type { FolderClaim } from "./folder-claim.ts";
import { checksOf, firstGone } from "./health.ts";
import { launchWithCli, launchWithoutCli } from "./launch.ts";
import { readLine } from "./log-lines.ts";
import type { Ports } from "./ports-from.ts";
import type { Stopping } from "./stopping.ts";

/** What a start is given. */
export type DaprRunOptions = {
  dapr: Dapr;
  /** The dapr CLI; without one the parts are started directly. */
  cli: string | undefined;
  /** The dapr.yaml of this start. */
  file: string;
  ports: Ports;
  /** The folder of the sidecars' sockets. */
  sockets: string;
  folder: string;
  verbose: boolean;
  say: (line: string) => void;
  stopping: Stopping;
  claim: FolderClaim;
};

/** Starts both apps with their sidecars as dapr.yaml says and waits until every part is healthy. */
export async function runDapr(options: DaprRunOptions): Promise<{ failed: Promise<never> }> {
  const { dapr, cli, file, ports, sockets, folder, verbose, say, stopping, claim } = options;
  const logFile = join(folder, "run", "log.txt");
  const log = createWriteStream(logFile);
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  let stops = false;

  const launch = {
    file,
    env: {
      ...process.env,
      // For scripts/dapr/runtime, which dapr.yaml names: the daprd that was found, and the token that
      // the apps demand of their sidecars, another one in every start.
      DAPRD: dapr.daprd,
      APP_API_TOKEN: process.env.APP_API_TOKEN || randomBytes(24).toString("hex"),
    },
    onLine: (line: string) => {
      log.write(`${line}\n`);
      const { shown, fatal } = readLine(line);
      if (shown && !stops) say(shown);
      else if (verbose) say(line);
      if (fatal) fail(new Error(`${fatal}\nEverything that was logged is in ${logFile}.`));
    },
  };
  say(`Apps and sidecars: starting ${cli ? "with dapr run" : "without the dapr CLI"} …`);
  const launched = await (cli ? launchWithCli(cli, launch) : launchWithoutCli(launch));
  stopping.later("dapr run", async () => {
    stops = true;
    await launched.stop();
    log.end();
  });
  stopping.complete();
  for (const pid of launched.pids) await claim.note(pid);
  void launched.ended.then((how) => fail(new Error(`${how}. The log is in ${logFile}.`)));

  const giveUp = new AbortController();
  stopping.later("waiting", async () => giveUp.abort());
  for (const { name, check } of checksOf({ ports, sockets })) {
    const healthy = waitFor(name, check, { deadlineMs: 60_000, signal: giveUp.signal });
    await Promise.race([healthy, failure]).catch((error: Error) => {
      healthy.catch(() => {});
      throw new Error(
        error.message.includes(logFile) ? error.message : `${error.message}\nThe log is in ${logFile}.`,
      );
    });
  }
  void firstGone({ ports, sockets }, giveUp.signal).then((gone) => {
    if (gone) fail(new Error(`${gone} is gone, so everything is stopped. The log is in ${logFile}.`));
  });
  return { failed: failure };
}
