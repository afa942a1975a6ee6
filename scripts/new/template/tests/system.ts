import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appId } from "../apps/shared/contracts/names.ts";
import { findOrBuildDapr } from "../scripts/dapr/find-or-build.ts";
import { cloneFolder } from "../scripts/local/folders.ts";
import { startRedis } from "../scripts/local/redis.ts";
import { type Replica, startReplica } from "../scripts/local/replica.ts";
import { writeResources } from "../scripts/local/resources.ts";

/** The app on a real sidecar and a real Redis, on free ports, with data of its own. */
export type System = { replica: Replica; stop: () => Promise<void> };

/** @param env added to the app's environment. @param metadata changes of components, by component. */
export async function startSystem(
  env: Record<string, string> = {},
  metadata: Record<string, Record<string, string>> = {},
): Promise<System> {
  const { daprd } = await findOrBuildDapr(console.error);
  const cleanUps: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), `${appId}-`));
    cleanUps.push(() => rm(folder, { recursive: true, force: true }));
    const redis = await startRedis({ folder: join(folder, "redis") });
    cleanUps.push(() => redis.stop());
    const resourcesPath = join(folder, "components");
    const redisHost = `${redis.host}:${redis.port}`;
    await writeResources(join(cloneFolder, "components"), resourcesPath, { redisHost, metadata });
    const replica = await startReplica({ daprd, appId, resourcesPath, env });
    cleanUps.push(() => replica.stop());
    return { replica, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
