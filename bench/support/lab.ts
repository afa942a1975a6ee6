import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";
import { buildAll } from "../../scripts/build/build-all.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { type Ancestor, startAncestor } from "./ancestor.ts";
import { type Bare, startBare } from "./bare.ts";
import { type Load, startLoad } from "./load.ts";

/** Everything that is compared, running side by side on one Redis and one Postgres. */
export interface Lab {
  system: System;
  ancestor: Ancestor;
  bare: Bare;
  load: Load;
  /** Ports of our API and of its sidecar's HTTP API. */
  port: number;
  invokePort: number;
  /** Events that the calculator has not acknowledged yet. */
  waitingEvents(): Promise<number>;
  /** Submissions that the API has promised and not heard of from Postgres. */
  unrecorded(): Promise<number>;
  /** Resolves when neither we nor the ancestor have anything left to do. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

/** The settings of a user, but for the log: apps write a line for nothing that is measured. */
export const systemOptions = {
  replica: { configPath: join(cloneFolder, "dapr-config.yaml") },
  say: () => {},
};

export async function openLab(): Promise<Lab> {
  await buildAll();
  const cleanUps: (() => unknown)[] = [];
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  const opened = async <Part extends { stop(): unknown }>(part: Part | Promise<Part>) => {
    const { stop } = await part;
    cleanUps.push(stop);
    return part;
  };
  try {
    const system = await opened(startSystem(systemOptions));
    const ancestor = await opened(startAncestor(system));
    const bare = await opened(startBare(system));
    const load = await opened(startLoad());
    const redis = await createClient({ url: `redis://${system.redis.host}:${system.redis.port}` }).connect();
    cleanUps.push(() => redis.close());
    const ancestors = await createClient({ url: ancestor.redisUrl }).connect();
    cleanUps.push(() => ancestors.close());

    const waitingEvents = async () => {
      const groups = await redis.xInfoGroups("submitted").catch(() => []);
      return groups.reduce((sum, { lag, pending }) => sum + Number(lag ?? 0) + Number(pending), 0);
    };
    const unrecorded = async () => {
      const answer = await fetch(`${system.apiUrl}/system`);
      return ((await answer.json()) as { unrecorded: number }).unrecorded;
    };
    const busy = async () =>
      (await unrecorded()) + (await waitingEvents()) + (await ancestors.lLen("indexes")) > 0;

    return {
      system,
      ancestor,
      bare,
      load,
      port: system.api[0]!.app.port,
      invokePort: system.api[0]!.sidecar.ports.http,
      waitingEvents,
      unrecorded,
      async drained() {
        const end = Date.now() + 120_000;
        while (await busy()) {
          if (Date.now() > end) throw new Error("What was submitted is not done after two minutes.");
          await pause(20);
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
