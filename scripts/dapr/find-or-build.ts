import { homedir } from "node:os";
import { join } from "node:path";
import { firstOnPath } from "../local/find-redis.ts";
import { runToEnd } from "../local/process.ts";
import { buildDapr } from "./build.ts";

/** Where Dapr is. */
export type Dapr = {
  /** The dapr CLI. */
  cli: string;
  /** The sidecar. */
  daprd: string;
  /** What the CLI calls runtimePath: holds .dapr/bin/daprd. */
  runtimePath: string;
};

const oldest = [1, 15] as const;

/**
 * Finds the Dapr that is installed (`dapr init` or `dapr init --slim`), or builds one, once for
 * every clone of this user.
 */
export async function findOrBuildDapr(say: (line: string) => void = console.log): Promise<Dapr> {
  return (await findInstalled(say)) ?? (await buildDapr(say));
}

async function findInstalled(say: (line: string) => void): Promise<Dapr | undefined> {
  const cli = await firstOnPath(["dapr"]);
  const daprd = join(homedir(), ".dapr", "bin", "daprd");
  const versions = {
    "the dapr CLI": cli && (await versionOf(cli)),
    daprd: await versionOf(daprd),
  };
  for (const [name, version] of Object.entries(versions)) {
    if (!version) return undefined;
    if (isOlder(version)) {
      say(`The installed ${name} is ${version}; at least ${oldest.join(".")} is needed, so ours is used.`);
      return undefined;
    }
  }
  return cli ? { cli, daprd, runtimePath: homedir() } : undefined;
}

// `dapr --version` says "CLI version: 1.16.5" and more, `daprd --version` says "1.18.1".
async function versionOf(program: string): Promise<string | undefined> {
  const output = await runToEnd({ name: program, command: program, args: ["--version"] }).catch(() => "");
  return /(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
