import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/**
 * Ends what is left of a process group that we made (its leader was started detached): asks, waits,
 * then kills.
 */
export async function endGroup(leader: number, deadlineMs = 6_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  if (!(await isGroupAlive(leader))) return;
  signalGroup(leader, "SIGTERM");
  while (Date.now() < end) {
    await sleep(50);
    if (!(await isGroupAlive(leader))) return;
  }
  signalGroup(leader, "SIGKILL");
}

/** True while a process of the group runs; one that only waits for its parent to notice does not count. */
export async function isGroupAlive(leader: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pgid=,stat="]);
    return stdout.split("\n").some((line) => {
      const [group, state = ""] = line.trim().split(/\s+/);
      return Number(group) === leader && !state.startsWith("Z");
    });
  } catch {
    // No ps, or one that knows no groups.
    return signalGroup(leader, 0);
  }
}

function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
