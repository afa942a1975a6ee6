import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheFolder } from "./folders.ts";
import { runToEnd } from "./process.ts";
import { redisFromDebian, unpackedRedis } from "./redis-from-debian.ts";

/** Where a server listens, where its data is, and its further arguments. */
export type RedisPlace = { host: string; port: number; folder: string; args: string[] };

/** A Redis server that can be started here. */
export type RedisServer = {
  /** Where it comes from, for messages. */
  from: string;
  commandFor(place: RedisPlace): { command: string; args: string[]; env?: NodeJS.ProcessEnv };
};

let found: Promise<RedisServer> | undefined;

/**
 * Finds redis-server or valkey-server: on PATH, else unpacked from Debian's packages into our cache
 * (nothing is installed, no service starts), else from Homebrew, else in a container. `say` hears
 * what is done when there is something to do.
 */
export function findRedisServer(say: (line: string) => void = console.log): Promise<RedisServer> {
  found ??= find(say);
  found.catch(() => {
    found = undefined;
  });
  return found;
}

async function find(say: (line: string) => void): Promise<RedisServer> {
  const installed = await firstOnPath(["redis-server", "valkey-server"]);
  if (installed) return program(installed, installed);
  const failures: string[] = [];
  if (await firstOnPath(["apt-get"])) {
    try {
      const { command, libraries } = await redisFromDebian(debianFolder(), say);
      return program(command, "Debian's package in our cache", { LD_LIBRARY_PATH: libraries });
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (await firstOnPath(["brew"])) {
    say("No Redis here: installing it with Homebrew (brew install redis; it is not started as a service) …");
    await runToEnd({ name: "brew install redis", command: "brew", args: ["install", "redis"] });
    const brewed = await firstOnPath(["redis-server"]);
    if (brewed) return program(brewed, brewed);
  }
  if (await dockerAnswers()) {
    say("No Redis here: using the image redis:7 in a container.");
    return container();
  }
  throw new Error(
    [
      "There is no Redis: no server answers, and neither redis-server nor valkey-server is on PATH.",
      ...failures,
      "Install one (Debian, Ubuntu: sudo apt-get install redis-server; Fedora: sudo dnf install valkey;",
      "macOS: brew install redis), or set REDIS_HOST=host:port (and REDIS_PASSWORD) to one that runs.",
    ].join("\n"),
  );
}

/** Where a Redis would come from, without getting it; `ready` means that it is here already. */
export async function redisSource(): Promise<{ from?: string; ready: boolean }> {
  const installed = await firstOnPath(["redis-server", "valkey-server"]);
  if (installed) return { from: installed, ready: true };
  if (await firstOnPath(["apt-get"])) {
    const unpacked = await unpackedRedis(debianFolder());
    if (unpacked) return { from: unpacked.command, ready: true };
    return { from: "the system's package redis-server, unpacked into our cache", ready: false };
  }
  if (await firstOnPath(["brew"])) return { from: "brew install redis", ready: false };
  if (await dockerAnswers()) return { from: "the image redis:7 in a container", ready: true };
  return { ready: false };
}

function debianFolder(): string {
  return join(cacheFolder(), "redis");
}

/** The first of these programs that PATH has. */
export async function firstOnPath(names: string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean)) {
      const path = join(folder, name);
      const usable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (usable) return path;
    }
  }
  return undefined;
}

function program(command: string, from: string, env?: NodeJS.ProcessEnv): RedisServer {
  return {
    from,
    commandFor: ({ host, port, folder, args }) => ({
      command,
      args: ["--bind", host, "--port", String(port), "--dir", folder, ...args],
      ...(env ? { env: { ...process.env, ...env } } : {}),
    }),
  };
}

async function dockerAnswers(): Promise<boolean> {
  if (!(await firstOnPath(["docker"]))) return false;
  return runToEnd({ name: "docker info", command: "docker", args: ["info"] }).then(
    () => true,
    () => false,
  );
}

function container(): RedisServer {
  return {
    from: "a container",
    commandFor: ({ host, port, folder, args }) => {
      const publish = ["--publish", `${host}:${port}:6379`, "--volume", `${folder}:/data`];
      // --init, so that signals sent to the docker client reach Redis and end the container.
      const docker = ["run", "--rm", "--init", ...publish, "redis:7", "redis-server", ...args];
      return { command: "docker", args: docker };
    },
  };
}
