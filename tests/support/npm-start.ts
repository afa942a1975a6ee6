import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { isTaken } from "../../scripts/local/ports.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { type Ports, portsFrom } from "../../scripts/start/ports-from.ts";

/** One `npm start` (or another script), as in a terminal of its own. */
export type Start = {
  pid: number;
  output: () => string;
  /** What a Ctrl-C does: the whole foreground group gets the signal. */
  signal: (signal: NodeJS.Signals) => void;
  /** The exit code. */
  ended: Promise<number | null>;
  isUp: () => boolean;
};

/** Where a start keeps its data, how far its ports are moved, and the clone when it is another one. */
export type Place = { folder: string; offset: number; clone?: string };

const started: ChildProcess[] = [];

/** Runs `npm start` with data and ports of its own, and without this machine's servers. */
export function npmStart(
  { folder, offset, clone = cloneFolder }: Place,
  command = ["start"],
  more: string[] = [],
): Start {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(PG|DATABASE_URL|REDIS_|NODE_OPTIONS|HOST$)/.test(name),
  );
  const child = spawn("npm", [...command, "--", "--port-offset", String(offset), ...more], {
    cwd: clone,
    env: { ...Object.fromEntries(own), FIB_LOCAL_DIR: folder },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  return {
    pid: child.pid!,
    output: () => output,
    signal: (signal) => process.kill(-child.pid!, signal),
    ended: new Promise((resolve) => child.once("exit", resolve)),
    isUp: () => output.includes("Everything is up."),
  };
}

/** The same, and waits until everything is up. */
export async function startAndWait(place: Place, command?: string[], more?: string[]): Promise<Start> {
  const start = npmStart(place, command, more);
  const ended = start.ended.then((code) => {
    throw new Error(`npm start ended with code ${code}:\n${start.output()}`);
  });
  ended.catch(() => {});
  await Promise.race([waitFor("npm start", start.isUp, { deadlineMs: 90_000 }), ended]);
  return start;
}

/** Ends every start that a test left running. */
export async function endStarts(): Promise<void> {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    process.kill(-child.pid!, "SIGINT");
    await new Promise((resolve) => child.once("close", resolve));
  }
}

/** The process groups that a start noted in its data folder. */
export async function groupsOf(folder: string): Promise<number[]> {
  const noted = JSON.parse(await readFile(join(folder, "start.json"), "utf8")) as {
    groups: { pid: number }[];
  };
  return noted.groups.map(({ pid }) => pid);
}

export function allPorts(of: Ports, offset: number): number[] {
  return [of.api, of.calculator, of.caller].flatMap(Object.values<number>).concat(6379 + offset);
}

/** An offset that moves every port to a free one, below those that the system gives to clients. */
export async function freeOffset(): Promise<{ offset: number; ports: Ports }> {
  for (;;) {
    const offset = 11_000 + Math.floor(Math.random() * 3_900);
    const ports = await portsFrom("dapr.yaml", offset);
    const taken = await Promise.all(allPorts(ports, offset).map((port) => isTaken(port)));
    if (!taken.includes(true)) return { offset, ports };
  }
}
