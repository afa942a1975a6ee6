import { execFile, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { access, chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findOrBuildDapr } from "../../../scripts/dapr/find-or-build.ts";
import { cloneFolder } from "../../../scripts/local/folders.ts";
import { waitFor } from "../../../scripts/local/wait-for.ts";

/** A Docker engine with compose. */
export interface Engine {
  /** The environment in which `docker` finds it. */
  env: NodeJS.ProcessEnv;
  /** Runs `docker …`; resolves with its standard output, rejects with its standard error. */
  docker(...args: string[]): Promise<string>;
  /**
   * Stops the engine as a service manager does it and starts it again. Undefined where it is not
   * ours to restart: for an engine that others may use.
   */
  restart: (() => Promise<void>) | undefined;
}

/** Has a README of its own: a real engine for machines without a registry. */
const besideClone = join(cloneFolder, "../shared/engine/up");

/**
 * The engine that DOCKER_HOST or the current context names, else the one that ../shared/engine
 * starts; undefined without either, and with words about it.
 */
export async function findEngine(): Promise<Engine | undefined> {
  if (await answers(process.env)) return engineOf(process.env);
  if (await exists(besideClone)) {
    say("Starting the engine of ../shared/engine (seconds; when it has to be built, ten minutes) …");
    const env = { ...process.env, DOCKER_HOST: await output(besideClone, [], process.env) };
    if (await answers(env)) return engineOf(env);
  }
  say("skipped, no engine: neither DOCKER_HOST nor a local daemon with `docker compose` answers");
  return undefined;
}

function engineOf(env: NodeJS.ProcessEnv): Engine {
  const docker = (...args: string[]) => output("docker", args, env);
  return { env, docker, restart: restarter(env, docker) };
}

async function answers(env: NodeJS.ProcessEnv): Promise<boolean> {
  return succeeds(
    Promise.all([output("docker", ["version"], env), output("docker", ["compose", "version"], env)]),
  );
}

/**
 * Makes the images that the tests need: the sidecar's is pulled, or, where there is no registry,
 * made of the daprd that all tests use.
 * @param daprd the image that docker-compose.yaml names.
 */
export async function prepareImages(engine: Engine, daprd: string): Promise<void> {
  if (await succeeds(engine.docker("image", "inspect", daprd))) return;
  if (await succeeds(engine.docker("pull", "--quiet", daprd))) return;
  const folder = await mkdtemp(join(tmpdir(), "fib-daprd-"));
  try {
    await copyFile((await findOrBuildDapr(say)).daprd, join(folder, "daprd"));
    await chmod(join(folder, "daprd"), 0o755);
    await writeFile(
      join(folder, "Dockerfile"),
      "FROM scratch\nCOPY daprd /daprd\nWORKDIR /\nUSER 65532:65532\n",
    );
    await engine.docker("build", "--quiet", "--tag", daprd, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An engine whose socket stands beside its pid file was started for tests, and may be restarted. */
function restarter(env: NodeJS.ProcessEnv, docker: Engine["docker"]): Engine["restart"] {
  const socket = /^unix:\/\/(.+)$/.exec(env.DOCKER_HOST ?? "")?.[1];
  if (!socket || process.getuid?.() !== 0 || !socket.startsWith("/var/lib/")) return undefined;
  return async () => {
    const pid = Number(await readFile(join(dirname(socket), "pid"), "utf8"));
    const [command, ...args] = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    process.kill(pid, "SIGTERM");
    await waitFor(
      "the engine's end",
      () =>
        access(`/proc/${pid}`).then(
          () => false,
          () => true,
        ),
      { deadlineMs: 60_000 },
    );
    const log = openSync(join(dirname(socket), "log"), "a");
    spawn(command!, args, { detached: true, stdio: ["ignore", log, log] }).unref();
    await waitFor("the engine", () => docker("version"), { deadlineMs: 60_000 });
  };
}

/** Runs a program to its end; resolves with its standard output, rejects with what it wrote to standard error. */
export async function output(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  options: { cwd?: string; uid?: number; gid?: number } = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 50_000_000, ...options });
  return stdout.trim();
}

// Past jest, which keeps what a test says until its file is done.
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const exists = (path: string) => succeeds(access(path));

const succeeds = (promise: Promise<unknown>) =>
  promise.then(
    () => true,
    () => false,
  );
