import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { endGroup } from "./groups.ts";

/** What to run and how. */
export type Command = {
  /** How the process is called in messages, for example "redis". */
  name: string;
  command: string;
  args: string[];
  cwd?: string;
  /** The whole environment; by default ours. */
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** Own session and process group, so that a Ctrl-C in the terminal reaches only us. */
  detached?: boolean;
  /** Hears every line of standard output and standard error. */
  onLine?: (line: string) => void;
  /** The signal that asks the process to end. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed. */
  stopDeadlineMs?: number;
};

/** How a process ended. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null };

/** A process that was started. */
export type Running = {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<Ended>;
  hasEnded(): boolean;
  /** The last lines that it wrote, for error messages. */
  tail(): string;
  /** Asks it to end, waits, kills it after the deadline. */
  stop(): Promise<void>;
  /** Sends one signal; after SIGKILL waits for the end, its own children's too. */
  kill(signal?: NodeJS.Signals): Promise<void>;
};

const tailLines = 60;
const alive = new Set<{ pid: number; stopSignal: NodeJS.Signals }>();

// The last resort when we end without having stopped everything (an uncaught error): nothing
// can be awaited here, so each process is only asked to end.
process.on("exit", askAllToEnd);

/** Starts a process. Rejects when the program cannot be executed. */
export async function run(command: Command): Promise<Running> {
  const stopSignal = command.stopSignal ?? "SIGTERM";
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: command.env ?? process.env,
    uid: command.uid,
    gid: command.gid,
    detached: command.detached ?? false,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = collectLines(child, command.onLine);
  let over = false;
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new Error(`${command.name} cannot be started: ${error.message}`)));
  });
  const pid = child.pid!;
  const entry = { pid, stopSignal };
  alive.add(entry);
  // "exit" and not "close": a grandchild that still holds the pipe does not keep its parent alive.
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      over = true;
      alive.delete(entry);
      resolve();
    });
  });
  const killAll = () => signalQuietly(command.detached ? -pid : pid, "SIGKILL");

  return {
    name: command.name,
    pid,
    ended,
    hasEnded: () => over,
    tail: () => lines.join("\n"),
    async stop() {
      if (!over) {
        signalQuietly(pid, stopSignal);
        const timer = setTimeout(killAll, command.stopDeadlineMs ?? 10_000);
        await exited;
        clearTimeout(timer);
      }
      // A leader that died by itself may have left its children behind.
      if (command.detached) await endGroup(pid);
    },
    async kill(signal = "SIGKILL") {
      if (over) return;
      signalQuietly(pid, signal);
      // "ended" comes when the last process that shares its output is gone: Postgres's children
      // need a moment to notice, and until then a new server refuses to start.
      if (signal === "SIGKILL") await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
    },
  };
}

/** Asks every process that still runs to end, without waiting: for a start that is broken off. */
export function askAllToEnd(): void {
  for (const { pid, stopSignal } of alive) signalQuietly(pid, stopSignal);
}

/** Runs a program to its end and returns what it wrote to standard output; rejects when it fails. */
export async function runToEnd(command: Omit<Command, "onLine">): Promise<string> {
  const output: string[] = [];
  const running = await run({ ...command, onLine: (line) => output.push(line) });
  const { code, signal } = await running.ended;
  if (code === 0) return output.join("\n");
  throw new Error(`${command.name} failed (${signal ?? `code ${code}`}):\n${running.tail()}`);
}

function collectLines(child: ChildProcess, onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > tailLines) lines.shift();
      onLine?.(line);
    });
  }
  return lines;
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
