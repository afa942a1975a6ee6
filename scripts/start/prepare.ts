import { join } from "node:path";
import { type Dapr, findOrBuildDapr } from "../dapr/find-or-build.ts";
import { localFolder } from "../local/folders.ts";
import { makeSocketFolder } from "../local/sockets.ts";
import { requireFreePorts } from "./check-ports.ts";
import { claimFolder, type FolderClaim } from "./folder-claim.ts";
import { type Ports, portsFrom } from "./ports-from.ts";
import { providePostgres } from "./provide-postgres.ts";
import { provideRedis } from "./provide-redis.ts";
import { writeRunFiles } from "./run-files.ts";
import type { Stopping } from "./stopping.ts";

/** What is there before the first app starts. */
export type Prepared = {
  /** Data and derived settings of this clone. */
  folder: string;
  claim: FolderClaim;
  ports: Ports;
  dapr: Dapr;
  /** The folder of the sidecars' sockets. */
  sockets: string;
  /** The dapr.yaml of this start. The resources of each app are beside it, in a folder with the app's id. */
  file: string;
};

/** What the preparation is given. */
export type PrepareOptions = {
  portOffset: number;
  /** Builds the apps, while Dapr is looked for. */
  build: () => Promise<unknown>;
  say: (line: string) => void;
  stopping: Stopping;
};

/** Claims the data folder, finds or starts the servers, and writes the settings of this start. */
export async function prepare({ portOffset, build, say, stopping }: PrepareOptions): Promise<Prepared> {
  const folder = localFolder();
  const claim = await claimFolder(folder, say);
  stopping.later("the claim", () => claim.release());
  const ports = await portsFrom("dapr.yaml", portOffset);
  await requireFreePorts(ports, portOffset);

  const [dapr] = await stopping.unlessAsked(Promise.all([findOrBuildDapr(say), build()]));
  const provide = { folder, offset: portOffset, say, stopping, claim };
  const redis = await stopping.unlessAsked(provideRedis(provide));
  const postgres = await stopping.unlessAsked(providePostgres(provide));
  // Once more: building Dapr may have taken minutes, and a program that took a port meanwhile would answer for us.
  await requireFreePorts(ports, portOffset);
  const sockets = await makeSocketFolder(join(folder, "sockets"));
  stopping.later("the sockets", () => sockets.remove());
  const file = await writeRunFiles({ folder, ports, sockets: sockets.path, redis, postgres });
  return { folder, claim, ports, dapr, sockets: sockets.path, file };
}
