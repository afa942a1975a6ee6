import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { appUrl } from "../local/app-host.ts";
import { cloneFolder } from "../local/folders.ts";
import { type Sidecar, startSidecar } from "../local/sidecar.ts";
import { answersOk, waitFor } from "../local/wait-for.ts";
import { readAppLine, readLine } from "../start/log-lines.ts";
import type { Prepared } from "../start/prepare.ts";
import type { Stopping } from "../start/stopping.ts";
import { DevApp } from "./dev-app.ts";
import { type AppName, appNames, type DevOptions } from "./options.ts";

/** The inspector's usual port is the API's; the calculator has the next one. */
const firstInspectorPort = 9_229;

/** What a sidecar says while its app restarts; it delivers again until the app answers. */
const ofRestart = /connection (refused|reset)|Retrying in|: EOF|Recovered processing/;

/** The apps and sidecars of `npm run dev`. */
export type DevSystem = {
  apps: Record<AppName, DevApp>;
  inspectors: Partial<Record<AppName, number>>;
  /** Ends the old program and starts the new one; the sidecar goes on, unless the app wants other events. */
  restart(name: AppName): Promise<void>;
};

/** What the system is given. */
export type DevSystemOptions = {
  prepared: Prepared;
  options: DevOptions;
  /** The folder of the built programs. */
  programs: string;
  say: (line: string) => void;
  stopping: Stopping;
};

/** Where a debugger attaches to the watched apps. */
export function inspectorPorts({ watched, portOffset }: DevOptions): Partial<Record<AppName, number>> {
  return Object.fromEntries(
    watched.map((name) => [name, firstInspectorPort + appNames.indexOf(name) + portOffset]),
  );
}

/** Starts both apps, then their sidecars and the callers' one, and waits until everything is ready. */
export async function startDevSystem(given: DevSystemOptions): Promise<DevSystem> {
  const { prepared, options, programs, say, stopping } = given;
  const { ports, sockets, dapr, file, claim } = prepared;
  const token = process.env.APP_API_TOKEN || randomBytes(24).toString("hex");
  const inspectors = inspectorPorts(options);
  const hear = (read: (line: string) => { shown?: string }) => (line: string) => {
    const { shown } = read(line);
    if (shown && !ofRestart.test(shown)) say(shown);
    else if (options.verbose) say(line);
  };

  const appOf = (name: AppName) => {
    const inspectorPort = inspectors[name];
    return new DevApp({
      name,
      folder: programs,
      url: appUrl(ports[name].appPort),
      env: {
        ...process.env,
        APP_ID: name,
        APP_PORT: String(ports[name].appPort),
        APP_API_TOKEN: token,
        DAPR_UNIX_DOMAIN_SOCKET: sockets,
        // Nobody waits for a balancer to notice.
        NOTICE_SECONDS: "0",
        GRACE_SECONDS: "1",
      },
      ...(inspectorPort ? { inspectorPort } : {}),
      onLine: hear((line) => readAppLine(name, line)),
      onStart: (pid) => void claim.note(pid),
      onEnd: (how) => say(`${name} ended by itself (${how}); it starts again with the next change.`),
    });
  };
  const apps = { api: appOf("api"), calculator: appOf("calculator") };

  const sidecarOf = (name: AppName): Promise<Sidecar> =>
    startSidecar({
      daprd: dapr.daprd,
      appId: name,
      appPort: ports[name].appPort,
      ports: { internal: ports[name].daprInternalGRPCPort, metrics: ports[name].metricsPort },
      sockets,
      resourcesPath: join(file, "..", name),
      configPath: join(cloneFolder, "dapr-config.yaml"),
      env: { APP_API_TOKEN: token },
      args: ["--log-level=warn"],
      detached: true,
      onLine: hear(readLine),
    });
  const callers = () =>
    startSidecar({
      daprd: dapr.daprd,
      appId: "caller",
      ports: {
        http: ports.caller.daprHTTPPort,
        grpc: ports.caller.daprGRPCPort,
        internal: ports.caller.daprInternalGRPCPort,
        metrics: ports.caller.metricsPort,
      },
      resourcesPath: join(file, "..", "caller"),
      configPath: join(cloneFolder, "components", "caller", "config.yaml"),
      args: ["--log-level=warn"],
      detached: true,
      onLine: hear(readLine),
    });

  say("Apps and sidecars: starting …");
  for (const app of Object.values(apps)) {
    stopping.later(app.name, () => app.stop());
    await app.start();
  }
  const [api, calculator] = await Promise.all(
    [...appNames.map(sidecarOf), callers()].map(async (starting) => {
      const sidecar = await starting;
      stopping.later(sidecar.name, () => sidecar.stop());
      await claim.note(sidecar.pid);
      return sidecar;
    }),
  );
  stopping.complete();
  const sidecars = { api: api!, calculator: calculator! };
  const subscriptions = {
    api: await apps.api.subscriptions(),
    calculator: await apps.calculator.subscriptions(),
  };
  const ready = (name: AppName) =>
    waitFor(`${name} to be ready`, () => answersOk(`${appUrl(ports[name].appPort)}/readyz`), { everyMs: 20 });
  await Promise.all(appNames.map(ready));

  return {
    apps,
    inspectors,
    async restart(name) {
      const app = apps[name];
      await app.stop();
      await app.start();
      const wanted = await app.subscriptions();
      if (wanted !== subscriptions[name]) {
        say(`${name} wants other events: its sidecar starts again.`);
        await sidecars[name].restart();
        subscriptions[name] = wanted;
      }
      await ready(name);
    },
  };
}
