import { cloneFolder } from "../local/folders.ts";
import { endGroup } from "../local/groups.ts";
import { type Running, run } from "../local/process.ts";

const running = new Set<Running>();

/** Stops every step that runs, with everything that it started. */
export async function stopSteps(): Promise<void> {
  await Promise.all([...running].map((step) => step.stop()));
}

/**
 * Runs Node with these arguments and passes on every line that it writes. Everything that it starts is in one
 * process group, which ends with it.
 */
export async function runStep(name: string, args: string[], say: (line: string) => void): Promise<void> {
  const command = process.execPath;
  await runProgram(name, command, ["--disable-warning=ExperimentalWarning", ...args], say);
}

/** Runs any program in the same way. Throws when it fails. */
export async function runProgram(
  name: string,
  command: string,
  args: string[],
  say: (line: string) => void,
  cwd = cloneFolder,
): Promise<void> {
  const step = await run({ name, command, args, cwd, detached: true, onLine: say });
  running.add(step);
  try {
    const { code, signal } = await step.ended;
    await endGroup(step.pid);
    if (code !== 0) throw new Error(`${name} failed (${signal ?? `code ${code}`}).`);
  } finally {
    running.delete(step);
  }
}
