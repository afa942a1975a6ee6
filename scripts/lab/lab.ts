import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { cloneFolder, localFolder } from "../local/folders.ts";
import { ask, type Redis, startRedis } from "../local/redis.ts";
import { type System, startSystem } from "../local/system.ts";
import { waitFor } from "../local/wait-for.ts";
import type { LabPorts } from "./ports.ts";

/** The running system, and what the workshop does to it. */
export interface Lab {
  system: System;
  /** A link to the folder of its components and data that is the same in every run. */
  link: string;
  /** Starts a Redis that follows the first one. */
  startRedisReplica(): Promise<Redis>;
  redisReplica(): Redis | undefined;
  stop(): Promise<void>;
}

/** @param zipkin where the sidecars send their spans. */
export async function startLab(ports: LabPorts, zipkin: string): Promise<Lab> {
  const config = parseDocument(await readFile(join(cloneFolder, "dapr-config.yaml"), "utf8"));
  config.setIn(["spec", "tracing", "zipkin"], { endpointAddress: zipkin });
  const system = await startSystem({
    replicas: { api: 0, calculator: 0 },
    // A replica that comes does not wait for others that might come as well.
    redis: { "repl-diskless-sync-delay": "0" },
  });
  let replica: Redis | undefined;
  const link = join(localFolder(), "lab");
  const stop = async () => {
    await rm(link, { force: true });
    await replica?.stop();
    await system.stop();
  };
  try {
    await mkdir(localFolder(), { recursive: true });
    await rm(link, { force: true });
    await symlink(system.folder, link);
    const configPath = join(system.folder, "config.yaml");
    await writeFile(configPath, String(config));
    await Promise.all([
      system.add("api", {
        configPath,
        appPort: ports.api,
        ports: { http: ports.apiSidecar, metrics: ports.apiMetrics },
      }),
      system.add("calculator", {
        configPath,
        appPort: ports.calculator,
        ports: { http: ports.calculatorSidecar, metrics: ports.calculatorMetrics },
      }),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    system,
    link,
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
