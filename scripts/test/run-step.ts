import { cloneFolder } from "../local/folders.ts";
import { endGroup } from "../local/groups.ts";
import { run } from "../local/process.ts";

/**
 * Runs Node with these arguments and passes on what it says while it runs. Everything that it
 * starts is in one process group, which ends with it and when we are told to stop.
 */
export async function runStep(name: string, args: string[]): Promise<void> {
  const step = await run({
    name,
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", ...args],
    cwd: cloneFolder,
    detached: true,
    onLine: (line) => console.log(`  ${line}`),
  });
  const stop = () => {
    void step.stop().then(() => process.exit(1));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  const { code, signal } = await step.ended;
  for (const each of signals) process.off(each, stop);
  await endGroup(step.pid);
  if (code !== 0) throw new Error(`${name} failed (${signal ?? `code ${code}`}).`);
}
