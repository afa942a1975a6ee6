import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { cloneFolder } from "../local/folders.ts";

/** The ports of one app and its sidecar, named as in dapr.yaml. */
export type AppPorts = {
  appPort: number;
  daprHTTPPort: number;
  daprGRPCPort: number;
  daprInternalGRPCPort: number;
  metricsPort: number;
};

/** The ports of both apps. */
export type Ports = { api: AppPorts; calculator: AppPorts };

/** Names of the ports, as a person would say them. */
export const portNames: Record<keyof AppPorts, string> = {
  appPort: "app",
  daprHTTPPort: "sidecar's HTTP API",
  daprGRPCPort: "sidecar's gRPC API",
  daprInternalGRPCPort: "sidecar to sidecar",
  metricsPort: "sidecar's metrics",
};

/** The ports that dapr.yaml names, each moved by the offset. */
export async function portsFrom(file: string, offset: number): Promise<Ports> {
  const { apps } = parse(await readFile(join(cloneFolder, file), "utf8")) as {
    apps: ({ appID: keyof Ports } & AppPorts)[];
  };
  const of = (appId: keyof Ports): AppPorts => {
    const app = apps.find(({ appID }) => appID === appId);
    if (!app) throw new Error(`${file} has no app ${appId}.`);
    const moved = Object.keys(portNames).map((name) => [name, app[name as keyof AppPorts] + offset]);
    return Object.fromEntries(moved) as AppPorts;
  };
  return { api: of("api"), calculator: of("calculator") };
}
