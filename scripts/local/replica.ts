import { type App, startApp } from "./app.ts";
import { freePort } from "./ports.ts";
import { type Sidecar, type SidecarPorts, startSidecar } from "./sidecar.ts";
import { answersOk, waitFor } from "./wait-for.ts";

/** An app and its sidecar: what a pod holds. */
export type Replica = {
  readonly app: App;
  readonly sidecar: Sidecar;
  /** Resolves when the app says that it is ready. */
  ready(): Promise<void>;
  /** Drains the app, then ends the sidecar. */
  stop(): Promise<void>;
  /** SIGKILL for both at once: what a lost node does. */
  kill(): Promise<void>;
};

/** How a replica is started. */
export type ReplicaOptions = {
  daprd: string;
  appId: string;
  resourcesPath: string;
  /** The built program; by default dist/<appId>/main.cjs. */
  entry?: string;
  /** By default free ones. */
  appPort?: number;
  ports?: Partial<SidecarPorts>;
  /** A private folder: app and sidecar talk over a socket there instead of over TCP. */
  sockets?: string;
  env?: Record<string, string>;
  /** Added to daprd's environment, for example APP_API_TOKEN. */
  sidecarEnv?: Record<string, string>;
  configPath?: string;
  gracefulSeconds?: number;
  blockShutdownSeconds?: number;
  /** Further arguments of daprd. */
  sidecarArgs?: string[];
  /** False: do not wait until the app says that it is ready. */
  waitUntilReady?: boolean;
  /** Hears every line, of the app and of the sidecar. */
  onLine?: (line: string) => void;
};

/** Starts an app, then its sidecar, and waits until the app is ready; leaves nothing when it fails. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { appId, daprd, resourcesPath, env = {}, sidecarEnv = {}, onLine } = options;
  const ports = { http: await freePort(), grpc: await freePort(), ...options.ports };
  const hears = onLine ? { onLine } : {};
  const sockets = options.sockets ? { sockets: options.sockets } : {};
  // The app first: the sidecar waits for the app's port before it asks for its subscriptions.
  const app = await startApp({
    appId,
    entry: options.entry ?? `dist/${appId}/main.cjs`,
    appPort: options.appPort ?? (await freePort()),
    daprHttpPort: ports.http,
    daprGrpcPort: ports.grpc,
    env,
    ...sockets,
    ...hears,
  });
  let sidecar: Sidecar | undefined;
  try {
    sidecar = await startSidecar({
      daprd,
      appId,
      appPort: app.port,
      ports,
      resourcesPath,
      env: sidecarEnv,
      ...sockets,
      ...(options.sidecarArgs ? { args: options.sidecarArgs } : {}),
      ...(options.configPath ? { configPath: options.configPath } : {}),
      ...(options.gracefulSeconds === undefined ? {} : { gracefulSeconds: options.gracefulSeconds }),
      ...(options.blockShutdownSeconds === undefined
        ? {}
        : { blockShutdownSeconds: options.blockShutdownSeconds }),
      ...hears,
    });
    const replica = withBoth(app, sidecar);
    if (options.waitUntilReady !== false) await replica.ready();
    return replica;
  } catch (error) {
    await Promise.all([app.stop(), sidecar?.stop()]);
    throw error;
  }
}

function withBoth(app: App, sidecar: Sidecar): Replica {
  return {
    app,
    sidecar,
    async ready() {
      try {
        await waitFor(`the readiness of ${app.name}`, () => answersOk(`${app.url}/readyz`));
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${app.tail()}\n${sidecar.tail()}`);
      }
    },
    async stop() {
      await app.stop();
      await sidecar.stop();
    },
    async kill() {
      await Promise.all([app.kill(), sidecar.kill()]);
    },
  };
}
