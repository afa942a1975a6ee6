import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findOrBuildDapr } from "../../scripts/dapr/find-or-build.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { writeResources } from "../../scripts/local/resources.ts";
import { startSidecar } from "../../scripts/local/sidecar.ts";
import type { System } from "../../scripts/local/system.ts";
import type { Hops } from "../bare/app.ts";

/** The trivial app and its sidecar. */
export interface Bare {
  /** The app itself. */
  appPort: number;
  /** The sidecar's HTTP API. */
  port: number;
  /** Times every hop once. */
  hops(): Promise<Hops>;
  stop(): Promise<void>;
}

/** Starts the trivial app behind a sidecar with our sidecars' configuration, on the same Redis. */
export async function startBare({ redis, folder }: System): Promise<Bare> {
  const bench = join(cloneFolder, "bench", "bare");
  const resourcesPath = join(folder, "bare-components");
  await writeResources(join(bench, "components"), resourcesPath, {
    redisHost: `${redis.host}:${redis.port}`,
  });
  const appPort = await freePort();
  const port = await freePort();
  const app = fork(join(bench, "app.ts"), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, APP_PORT: String(appPort), DAPR_HTTP_PORT: String(port) },
  });
  await once(app, "message");
  const { daprd } = await findOrBuildDapr();
  const sidecar = await startSidecar({
    daprd,
    appId: "bare",
    appPort,
    ports: { http: port },
    resourcesPath,
    configPath: join(cloneFolder, "dapr-config.yaml"),
  });
  return {
    appPort,
    port,
    hops: () => askForHops(app),
    async stop() {
      app.disconnect();
      await sidecar.stop();
    },
  };
}

async function askForHops(app: ChildProcess): Promise<Hops> {
  const answer = once(app, "message");
  app.send("hops");
  const [hops] = (await answer) as [Hops];
  return hops;
}
