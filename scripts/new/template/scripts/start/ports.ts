import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { appId } from "../../apps/shared/contracts/names.ts";
import { cloneFolder } from "../local/folders.ts";
import { isTaken, whoListens } from "../local/ports.ts";

/** The ports of the app and its sidecar, named as in dapr.yaml. */
export type Ports = Record<(typeof names)[number], number>;

const names = ["appPort", "daprHTTPPort", "daprGRPCPort", "daprInternalGRPCPort", "metricsPort"] as const;

/** The ports that dapr.yaml names, each moved by the offset. */
export async function portsOf(offset: number): Promise<Ports> {
  const { apps } = parse(await readFile(join(cloneFolder, "dapr.yaml"), "utf8")) as {
    apps: ({ appID: string } & Ports)[];
  };
  const app = apps.find(({ appID }) => appID === appId);
  if (!app) throw new Error(`dapr.yaml has no app ${appId}.`);
  return Object.fromEntries(names.map((name) => [name, app[name] + offset])) as Ports;
}

/** @throws Error naming every port that is taken, and by which program. */
export async function requireFreePorts(ports: Ports, offset: number): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isTaken(port))) continue;
    taken.push(`Port ${port} (${name}) is taken by ${(await whoListens(port)) ?? "another program"}.`);
  }
  if (taken.length === 0) return;
  throw new Error(`${taken.join("\n")}\nStop it, or start with --port-offset ${offset + 100}.`);
}
