import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrBuildDapr } from "../dapr/find-or-build.ts";
import { cloneFolder } from "./folders.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { type Redis, startRedis } from "./redis.ts";
import { type Replica, type ReplicaOptions, startReplica } from "./replica.ts";
import { type ResourceChanges, writeResources } from "./resources.ts";

/** How many replicas of each app, and what is special about them. */
export type SystemOptions = {
  /** Replicas of each app; one by default. Zero leaves an app out. */
  replicas?: { api?: number; calculator?: number };
  /** Added to the environment of every replica of the app. */
  env?: { api?: Record<string, string>; calculator?: Record<string, string> };
  /** Settings of every replica: daprd's environment, shutdown times and so on. */
  replica?: Partial<ReplicaOptions>;
  /** Changes in the components, for example a shorter processingTimeout. */
  metadata?: ResourceChanges["metadata"];
  /** Settings of redis.conf. */
  redis?: Record<string, string>;
  /** Settings of postgresql.conf. */
  postgres?: Record<string, string>;
  say?: (line: string) => void;
};

/** The whole system on free ports, with data of its own. */
export type System = {
  readonly redis: Redis;
  readonly postgres: Postgres;
  readonly api: Replica[];
  readonly calculator: Replica[];
  /** Where everybody invokes the API: its first sidecar. */
  readonly invokeUrl: string;
  /** The first API replica, without a sidecar between. */
  readonly apiUrl: string;
  /** The folder of its data and components. */
  readonly folder: string;
  /** Starts one more replica of an app. */
  add(appId: "api" | "calculator", options?: Partial<ReplicaOptions>): Promise<Replica>;
  /** Stops every part and removes the data. */
  stop(): Promise<void>;
};

/** Starts Redis, Postgres, the API and the calculator with their sidecars; leaves nothing when it fails. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { replicas = {}, say = console.error } = options;
  const { daprd } = await findOrBuildDapr(say);
  const cleanUps: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "fib-system-"));
    cleanUps.push(() => rm(folder, { recursive: true, force: true }));
    // As root, Postgres runs as another user, who has to get in.
    await chmod(folder, 0o711);
    const redis = await startRedis({ folder: join(folder, "redis"), options: options.redis ?? {} });
    cleanUps.push(() => redis.stop());
    const settings = { settings: options.postgres ?? {}, say };
    const postgres = await startPostgres({ folder: join(folder, "postgres"), ...settings });
    cleanUps.push(() => rm(postgres.dataFolder, { recursive: true, force: true }));
    cleanUps.push(() => postgres.stop());
    const resourcesPath = join(folder, "components");
    await writeResources(join(cloneFolder, "components"), resourcesPath, {
      redisHost: `${redis.host}:${redis.port}`,
      ...(redis.password ? { redisPassword: redis.password } : {}),
      connectionString: postgres.connectionString,
      ...(options.metadata ? { metadata: options.metadata } : {}),
    });

    const parts: Record<"api" | "calculator", Replica[]> = { api: [], calculator: [] };
    const add: System["add"] = async (appId, more = {}) => {
      const shared = { daprd, resourcesPath, appId, ...options.replica, ...more };
      const env = { ...options.env?.[appId], ...options.replica?.env, ...more.env };
      const replica = await startReplica({ ...shared, env });
      cleanUps.push(() => replica.stop());
      parts[appId].push(replica);
      return replica;
    };
    const wanted = (["api", "calculator"] as const).flatMap((appId) =>
      Array.from({ length: replicas[appId] ?? 1 }, () => appId),
    );
    const outcomes = await Promise.allSettled(wanted.map((appId) => add(appId)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    const first = () => parts.api[0] ?? noApi();
    return {
      redis,
      postgres,
      ...parts,
      get invokeUrl() {
        return `${first().sidecar.url}/v1.0/invoke/api/method`;
      },
      get apiUrl() {
        return first().app.url;
      },
      folder,
      add,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function noApi(): never {
  throw new Error("This system was started without an API.");
}
