import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { appId } from "../../apps/shared/contracts/names.ts";
import { findOrBuildDapr } from "../dapr/find-or-build.ts";
import { type App, startApp } from "../local/app.ts";
import { cloneFolder, localFolder } from "../local/folders.ts";
import { writeResources } from "../local/resources.ts";
import { type Sidecar, startSidecar } from "../local/sidecar.ts";
import { answersOk, waitFor } from "../local/wait-for.ts";
import { claimFolder } from "./folder-claim.ts";
import { readLine } from "./log-lines.ts";
import type { Options } from "./options.ts";
import { portsOf, requireFreePorts } from "./ports.ts";
import { provideRedis } from "./provide-redis.ts";
import type { Stopping } from "./stopping.ts";

/** The running app with its sidecar. */
export type Project = {
  app: App;
  sidecar: Sidecar;
  /** Starts the app again, as it is built now; the sidecar goes on, unless the app wants other topics. */
  restart: () => Promise<void>;
  /** What is printed when everything is up. */
  welcome: string;
};

export type StartOptions = Options & {
  /** Added to the app's environment. */
  env: Record<string, string>;
  /** How long the app may drain before it is killed. */
  stopDeadlineMs?: number;
  /** Builds the app, while Dapr is looked for. */
  build: () => Promise<unknown>;
  say: (line: string) => void;
  stopping: Stopping;
};

/** Claims the data folder, finds or starts Redis, and starts the app and its sidecar. */
export async function startProject(options: StartOptions): Promise<Project> {
  const { portOffset, verbose, env, stopDeadlineMs, build, say, stopping } = options;
  const folder = localFolder();
  const claim = await claimFolder(folder, say);
  stopping.later("the claim", () => claim.release());
  const ports = await portsOf(portOffset);
  await requireFreePorts(ports, portOffset);

  const [dapr] = await stopping.unlessAsked(Promise.all([findOrBuildDapr(say), build()]));
  const redis = await stopping.unlessAsked(
    provideRedis({ folder, offset: portOffset, say, stopping, claim }),
  );
  const resourcesPath = join(folder, "components");
  const resources = () =>
    writeResources(join(cloneFolder, "components"), resourcesPath, {
      redisHost: `${redis.host}:${redis.port}`,
      ...(redis.password ? { redisPassword: redis.password } : {}),
    });
  await resources();

  const token = process.env.APP_API_TOKEN || randomBytes(24).toString("hex");
  const hear = (prefix: string) => (line: string) => {
    const { shown, fatal } = readLine(prefix + line);
    if (shown || fatal) say(shown ?? fatal ?? "");
    else if (verbose) say(line);
  };
  say("App and sidecar: starting …");
  const app = await stopping.unlessAsked(
    startApp({
      appId,
      entry: `dist/${appId}/main.cjs`,
      appPort: ports.appPort,
      daprHttpPort: ports.daprHTTPPort,
      daprGrpcPort: ports.daprGRPCPort,
      env: { ...env, APP_API_TOKEN: token },
      ...(stopDeadlineMs ? { stopDeadlineMs } : {}),
      detached: true,
      onLine: hear(`== APP - ${appId} == `),
    }),
  );
  stopping.later("the app", () => app.stop());
  await claim.note(app.pid);
  const { daprHTTPPort: http, daprGRPCPort: grpc, daprInternalGRPCPort: internal, metricsPort } = ports;
  const sidecar = await stopping.unlessAsked(
    startSidecar({
      daprd: dapr.daprd,
      appId,
      appPort: ports.appPort,
      ports: { http, grpc, internal, metrics: metricsPort },
      resourcesPath,
      configPath: join(cloneFolder, "dapr-config.yaml"),
      env: { APP_API_TOKEN: token },
      args: ["--log-level=warn"],
      detached: true,
      onLine: hear(""),
    }),
  );
  // The app drains before its sidecar ends: parts stop in the opposite order of this list.
  stopping.later("the sidecar", async () => {
    await app.stop();
    await sidecar.stop();
  });
  await claim.note(sidecar.pid);
  stopping.complete();
  const ready = async () => {
    await waitFor("the readiness of the app", () => answersOk(`${app.url}/readyz`));
  };
  await stopping.unlessAsked(ready());

  // The app answers its sidecar only.
  const headers = { "dapr-api-token": token };
  const subscriptions = async () => (await fetch(`${app.url}/dapr/subscribe`, { headers })).text();
  let current = await subscriptions();
  const restart = async () => {
    await app.restart();
    await claim.note(app.pid);
    const wanted = await subscriptions();
    if (wanted !== current) {
      say("The app subscribes to other topics: the sidecar restarts.");
      await resources();
      await sidecar.restart();
      await claim.note(sidecar.pid);
      current = wanted;
    }
    await ready();
  };
  return { app, sidecar, restart, welcome: welcome(app.url, sidecar.url) };
}

function welcome(appUrl: string, sidecarUrl: string): string {
  return `
Everything is up.
  App     ${appUrl}
  Invoke  ${sidecarUrl}/v1.0/invoke/${appId}/method/orders

Try it:
  curl ${appUrl}/orders -d '{"item": "tea", "quantity": 2}'

Ctrl-C stops everything; orders are kept for the next start.`;
}
