import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { runToEnd } from "./process.ts";
import { waitFor } from "./wait-for.ts";

/**
 * Ends a Postgres of an earlier run that still holds this data folder (we were killed, it was not),
 * and removes a lock file whose process id belongs to another program by now. Whoever calls this
 * owns the folder: nobody else runs a server on it on purpose.
 */
export async function endLeftover(data: string, say: (line: string) => void): Promise<void> {
  const lockFile = join(data, "postmaster.pid");
  const lock = await readFile(lockFile, "utf8").catch(() => "");
  const pid = Number(lock.split("\n")[0]);
  if (!pid || !isAlive(pid)) return;
  if (!(await commandOf(pid)).includes(data)) {
    await rm(lockFile, { force: true });
    return;
  }
  say(`A Postgres of an earlier run is still there (pid ${pid}): stopping it first.`);
  process.kill(pid, "SIGINT");
  await waitFor(`the end of Postgres, pid ${pid}`, () => !isAlive(pid), { deadlineMs: 20_000 });
}

async function commandOf(pid: number): Promise<string> {
  const args = ["-ww", "-o", "command=", "-p", String(pid)];
  return runToEnd({ name: "ps", command: "ps", args }).catch(() => "");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
