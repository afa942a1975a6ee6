import { join } from "node:path";
import { firstOnPath } from "../local/find-redis.ts";
import { homeFolder } from "../local/folders.ts";
import { runToEnd } from "../local/process.ts";
import type { ProgramName } from "./archive-pins.ts";

/** The oldest version of each program that is used when it is installed. */
export const oldest: Record<ProgramName, readonly [number, number]> = {
  // Chapter 3 of the workshop is true from here on: before, an event whose handler failed stayed in the
  // consumer group and was redelivered, and the resiliency policy was not what decided.
  daprd: [1, 17],
  // The oldest one that the tests have run.
  dapr: [1, 16],
};

/** An installed program, or why the installed one is not used. */
export type Installed = { path: string; version: string; usable: boolean; reason: string };

/** Looks where `dapr init`, its --slim form or an installer puts the program; undefined when it is not there. */
export async function findInstalled(program: ProgramName): Promise<Installed | undefined> {
  const path = program === "dapr" ? await firstOnPath(["dapr"]) : join(homeFolder(), ".dapr", "bin", "daprd");
  if (!path) return undefined;
  const version = await versionOf(path);
  if (!version) return undefined;
  const [major, minor] = oldest[program];
  const usable = !isOlder(version, major, minor);
  const reason = usable
    ? `installed, and at least ${major}.${minor}`
    : `the installed ${program} ${version} is older than ${major}.${minor}`;
  return { path, version, usable, reason };
}

/** Reads "CLI version: 1.16.5 …" as well as "1.18.1"; undefined when the program cannot be run. */
export async function versionOf(program: string): Promise<string | undefined> {
  const output = await runToEnd({ name: program, command: program, args: ["--version"] }).catch(() => "");
  return /(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
}

/** True for versions below major.minor. */
export function isOlder(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
