import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { cloneFolder } from "../local/folders.ts";

/** The ports of an app and its sidecar, named as in dapr.yaml. The sidecar's API is a socket. */
export type AppPorts = { appPort: number; daprInternalGRPCPort: number; metricsPort: number };

/** The ports of the sidecar that callers use. */
export type CallerPorts = {
  daprHTTPPort: number;
  daprGRPCPort: number;
  daprInternalGRPCPort: number;
  metricsPort: number;
};

/** Every port of a start. */
export type Ports = { api: AppPorts; calculator: AppPorts; caller: CallerPorts };

/** Names of the ports for messages. */
export const portNames: Record<keyof AppPorts | keyof CallerPorts, string> = {
  appPort: "app",
  daprHTTPPort: "sidecar's HTTP API",
  daprGRPCPort: "sidecar's gRPC API",
  daprInternalGRPCPort: "sidecar to sidecar",
  metricsPort: "sidecar's metrics",
};

const appNames = ["appPort", "daprInternalGRPCPort", "metricsPort"] as const;
const callerNames = ["daprHTTPPort", "daprGRPCPort", "daprInternalGRPCPort", "metricsPort"] as const;

/** The ports that dapr.yaml names, each moved by the offset. */
export async function portsFrom(file: string, offset: number): Promise<Ports> {
  const { apps } = parse(await readFile(join(cloneFolder, file), "utf8")) as {
    apps: ({ appID: string } & Record<string, number>)[];
  };
  const of = <Name extends string>(appId: string, names: readonly Name[]): Record<Name, number> => {
    const app = apps.find(({ appID }) => appID === appId);
    if (!app) throw new Error(`${file} has no app ${appId}.`);
    return Object.fromEntries(names.map((name) => [name, app[name]! + offset])) as Record<Name, number>;
  };
  return {
    api: of("api", appNames),
    calculator: of("calculator", appNames),
    caller: of("caller", callerNames),
  };
}
