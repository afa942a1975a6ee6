import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { findOrBuildDapr } from "../dapr/find-or-build.ts";
import { appUrl } from "../local/app-host.ts";
import { cloneFolder, localFolder } from "../local/folders.ts";
import { ask, type Redis, startRedis } from "../local/redis.ts";
import type { Replica, ReplicaOptions } from "../local/replica.ts";
import { writeResources } from "../local/resources.ts";
import { type Sidecar, startSidecar } from "../local/sidecar.ts";
import { makeSocketFolder } from "../local/sockets.ts";
import { type System, startSystem } from "../local/system.ts";
import { waitFor } from "../local/wait-for.ts";
import type { LabPorts } from "./ports.ts";

/** The running system, and what the workshop does to it. */
export interface Lab {
  system: System;
  /** A link to the folder of its components and data that is the same in every run. */
  link: string;
  /** Starts one more calculator. */
  addCalculator(): Promise<Replica>;
  /** Starts a Redis that follows the first one. */
  startRedisReplica(): Promise<Redis>;
  redisReplica(): Redis | undefined;
  stop(): Promise<void>;
}

/** @param zipkin where the sidecars send their spans. */
export async function startLab(ports: LabPorts, zipkin: string): Promise<Lab> {
  const system = await startSystem({
    replicas: { api: 0, calculator: 0 },
    // A replica that comes does not wait for others that might come as well.
    redis: { "repl-diskless-sync-delay": "0" },
  });
  let replica: Redis | undefined;
  let caller: Sidecar | undefined;
  const link = join(localFolder(), "lab");
  const stop = async () => {
    await rm(link, { force: true });
    await Promise.all([replica?.stop(), caller?.stop()]);
    await system.stop();
  };
  const token = randomBytes(24).toString("hex");
  const add = async (appId: "api" | "calculator", place: string, more: Partial<ReplicaOptions>) => {
    // Sockets are named after the app: a second replica of it needs another folder.
    const sockets = await makeSocketFolder(join(system.folder, place));
    return system.add(appId, {
      configPath: join(system.folder, "config.yaml"),
      sockets: sockets.path,
      env: { APP_API_TOKEN: token },
      sidecarEnv: { APP_API_TOKEN: token },
      ...more,
    });
  };
  const place = "sockets";
  try {
    await mkdir(localFolder(), { recursive: true });
    await rm(link, { force: true });
    await symlink(system.folder, link);
    await writeConfig("dapr-config.yaml", join(system.folder, "config.yaml"), zipkin);
    await Promise.all([
      add("api", place, { appPort: ports.api, ports: { metrics: ports.apiMetrics } }),
      add("calculator", place, { appPort: ports.calculator, ports: { metrics: ports.calculatorMetrics } }),
    ]);
    // For the workshop's commands that play the sidecar.
    await writeFile(join(system.folder, place, "app-token"), token, { mode: 0o600 });
    caller = await startCaller(ports, system.folder, zipkin);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    system,
    link,
    addCalculator: () => add("calculator", `${place}-${system.calculator.length + 1}`, {}),
    async startRedisReplica() {
      const follow = { replicaof: `${system.redis.host} ${system.redis.port}`, appendonly: "no" };
      const folder = join(system.folder, "redis-replica");
      const started = await startRedis({ port: ports.redisReplica, folder, options: follow });
      replica = started;
      await waitFor("the replica to have everything", async () =>
        (await ask(started.host, started.port, "INFO replication\r\n")).includes("master_link_status:up"),
      );
      return started;
    },
    redisReplica: () => replica,
    stop,
  };
}

/** The sidecar of those who call from outside: it reaches the API's public routes and nothing else. */
async function startCaller(ports: LabPorts, folder: string, zipkin: string): Promise<Sidecar> {
  const { daprd } = await findOrBuildDapr();
  const resourcesPath = join(folder, "caller");
  const components = join(cloneFolder, "components", "caller");
  await writeResources(components, resourcesPath, { apiUrl: appUrl(ports.api) });
  const configPath = join(resourcesPath, "config.yaml");
  await writeConfig("components/caller/config.yaml", configPath, zipkin);
  return startSidecar({ daprd, appId: "caller", ports: { http: ports.caller }, resourcesPath, configPath });
}

/** Copies a Configuration, with the address of the spans. */
async function writeConfig(from: string, to: string, zipkin: string): Promise<void> {
  const config = parseDocument(await readFile(join(cloneFolder, from), "utf8"));
  config.setIn(["spec", "tracing", "zipkin"], { endpointAddress: zipkin });
  await writeFile(to, String(config), { mode: 0o600 });
}
