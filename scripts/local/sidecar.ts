import { rm } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { type Service, startService } from "./service.ts";
import { answersOkOnSocket, socketOf, socketsOf } from "./sockets.ts";
import { answersOk } from "./wait-for.ts";

/** The ports of one sidecar. */
export type SidecarPorts = { http: number; grpc: number; internal: number; metrics: number };

/** A Dapr sidecar that we started. */
export type Sidecar = Service & {
  readonly appId: string;
  readonly ports: SidecarPorts;
  /** The root of its HTTP API, for example http://127.0.0.1:3500; nobody answers there when it has a socket. */
  readonly url: string;
};

/** How a sidecar is started. */
export type SidecarOptions = {
  /** The daprd program, from scripts/dapr/find-or-build.ts. */
  daprd: string;
  appId: string;
  /** A caller's sidecar has no app. */
  appPort?: number;
  /** By default free ones. */
  ports?: Partial<SidecarPorts>;
  /** A private folder: its APIs are sockets there instead of ports. */
  sockets?: string;
  /** The folder of the components. */
  resourcesPath: string;
  /** A Configuration file; daprd needs none. */
  configPath?: string;
  /** Added to our environment, for example DAPR_API_TOKEN, APP_API_TOKEN, NAMESPACE. */
  env?: Record<string, string>;
  /** How long a graceful shutdown may take; Dapr's default is 5. */
  gracefulSeconds?: number;
  /** How long it keeps its APIs up for an app that drains, before it shuts down. */
  blockShutdownSeconds?: number;
  /** Further arguments of daprd. */
  args?: string[];
  /** False: return when the process runs, without waiting until its components are there. */
  waitUntilReady?: boolean;
  detached?: boolean;
  onLine?: (line: string) => void;
};

/**
 * Starts daprd without the CLI and waits until its components work. It does not wait for the app:
 * the app may be started before or after it.
 */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { daprd, appId, appPort, sockets, env = {}, gracefulSeconds = 5, blockShutdownSeconds } = options;
  const ports = {
    http: options.ports?.http ?? (await freePort()),
    grpc: options.ports?.grpc ?? (await freePort()),
    internal: options.ports?.internal ?? (await freePort()),
    metrics: options.ports?.metrics ?? (await freePort()),
  };
  const url = `http://127.0.0.1:${ports.http}`;
  const flags = {
    "app-id": appId,
    ...(appPort === undefined ? {} : { "app-port": String(appPort) }),
    ...(sockets === undefined ? {} : { "unix-domain-socket": sockets }),
    "dapr-http-port": String(ports.http),
    "dapr-grpc-port": String(ports.grpc),
    "dapr-internal-grpc-port": String(ports.internal),
    "metrics-port": String(ports.metrics),
    "dapr-listen-addresses": "127.0.0.1",
    "dapr-internal-grpc-listen-address": "127.0.0.1",
    "metrics-listen-address": "127.0.0.1",
    "resources-path": options.resourcesPath,
    // Neither actors nor workflows here: with the default addresses the sidecar never gets healthy.
    "placement-host-address": "",
    "scheduler-host-address": "",
    "dapr-graceful-shutdown-seconds": String(gracefulSeconds),
    ...(blockShutdownSeconds ? { "dapr-block-shutdown-duration": `${blockShutdownSeconds}s` } : {}),
    ...(options.configPath ? { config: options.configPath } : {}),
  };
  const service = await startService({
    command: {
      name: `sidecar of ${appId}`,
      command: daprd,
      args: [...Object.entries(flags).map(([name, value]) => `--${name}=${value}`), ...(options.args ?? [])],
      // The host's address is announced to other sidecars, which are all on this machine.
      env: { ...process.env, DAPR_HOST_IP: "127.0.0.1", ...env },
      stopDeadlineMs: (gracefulSeconds + (blockShutdownSeconds ?? 0) + 5) * 1_000,
      ...(options.detached === undefined ? {} : { detached: options.detached }),
      ...(options.onLine ? { onLine: options.onLine } : {}),
    },
    async before() {
      // What a killed sidecar left would be in the way.
      for (const path of sockets ? socketsOf(sockets, appId) : []) await rm(path, { force: true });
    },
    async ready() {
      if (options.waitUntilReady === false) return true;
      const healthy = "/v1.0/healthz/outbound";
      return sockets ? answersOkOnSocket(socketOf(sockets, appId), healthy) : answersOk(url + healthy);
    },
    readyWhat: `the sidecar of ${appId}`,
  });
  return Object.assign(service, { appId, ports, url });
}

/** daprd inside the folder that the Dapr CLI calls a runtime path. */
export function daprdIn(runtimePath: string): string {
  return join(runtimePath, ".dapr", "bin", process.platform === "win32" ? "daprd.exe" : "daprd");
}
