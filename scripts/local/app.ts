import { resolve } from "node:path";
import { appUrl } from "./app-host.ts";
import { cloneFolder } from "./folders.ts";
import { type Service, startService } from "./service.ts";
import { answersOk } from "./wait-for.ts";

/** An app of ours that we started. */
export type App = Service & { readonly port: number; readonly url: string };

/** How an app is started. */
export type AppOptions = {
  appId: string;
  /** The built program, for example dist/api/main.cjs; relative to the clone. */
  entry: string;
  appPort: number;
  daprHttpPort: number;
  daprGrpcPort?: number;
  /** The folder of the sidecar's sockets, which replace both ports. */
  sockets?: string;
  env?: Record<string, string>;
  /** The address that answers 2xx when it is up; the readiness needs the sidecar as well. */
  waitPath?: string;
  /** How long it may drain before it is killed. */
  stopDeadlineMs?: number;
  detached?: boolean;
  onLine?: (line: string) => void;
};

/** Starts a built app with the environment that the Dapr CLI would give it, and waits until it lives. */
export async function startApp(options: AppOptions): Promise<App> {
  const {
    appId,
    entry,
    appPort,
    daprHttpPort,
    daprGrpcPort,
    sockets,
    env = {},
    waitPath = "/healthz",
  } = options;
  const url = appUrl(appPort, { ...process.env, ...env });
  const service = await startService({
    command: {
      name: appId,
      command: process.execPath,
      args: [resolve(cloneFolder, entry)],
      cwd: cloneFolder,
      env: {
        ...process.env,
        APP_ID: appId,
        APP_PORT: String(appPort),
        DAPR_HTTP_PORT: String(daprHttpPort),
        ...(daprGrpcPort ? { DAPR_GRPC_PORT: String(daprGrpcPort) } : {}),
        ...(sockets ? { DAPR_UNIX_DOMAIN_SOCKET: sockets } : {}),
        ...env,
      },
      stopDeadlineMs: options.stopDeadlineMs ?? 40_000,
      ...(options.detached === undefined ? {} : { detached: options.detached }),
      ...(options.onLine ? { onLine: options.onLine } : {}),
    },
    ready: () => answersOk(url + waitPath),
    readyWhat: `the app ${appId}`,
  });
  return Object.assign(service, { port: appPort, url });
}
