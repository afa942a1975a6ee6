import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isSeq, parseDocument } from "yaml";
import { appUrl } from "../local/app-host.ts";
import { cloneFolder } from "../local/folders.ts";
import { connectionString, type PostgresSettings } from "../local/postgres-settings.ts";
import { writeResources } from "../local/resources.ts";
import type { Ports } from "./ports-from.ts";
import type { RedisAddress } from "./provide-redis.ts";

/** What dapr.yaml and the components cannot know. */
export type RunFiles = {
  folder: string;
  ports: Ports;
  /** The folder of the sidecars' sockets. */
  sockets: string;
  redis: RedisAddress;
  postgres: PostgresSettings;
};

/**
 * Writes dapr.yaml and the components as they are for this start, with its ports, addresses and
 * passwords, into the folder's run/, readable for us only.
 */
export async function writeRunFiles(files: RunFiles): Promise<string> {
  const { folder, ports, sockets, redis, postgres } = files;
  const run = join(folder, "run");
  await mkdir(run, { recursive: true });
  await chmod(run, 0o700);
  const changes = {
    redisHost: `${redis.host}:${redis.port}`,
    redisPassword: redis.password ?? "",
    connectionString: connectionString(postgres),
    apiUrl: appUrl(ports.api.appPort),
  };
  const yaml = parseDocument(await readFile(join(cloneFolder, "dapr.yaml"), "utf8"));
  const inClone = (path: unknown) => join(cloneFolder, String(path));
  for (const name of ["runtimePath", "configFilePath"]) {
    yaml.setIn(["common", name], inClone(yaml.getIn(["common", name])));
  }
  const apps = yaml.get("apps");
  for (const app of isSeq(apps) ? apps.items : []) {
    if (!isMap(app)) continue;
    const id = String(app.get("appID")) as keyof Ports;
    const resources = join(run, id);
    await rm(resources, { recursive: true, force: true });
    await writeResources(inClone(app.getIn(["resourcesPaths", 0])), resources, changes);
    app.set("resourcesPaths", [resources]);
    app.set("appDirPath", cloneFolder);
    if (app.has("configFilePath")) app.set("configFilePath", inClone(app.get("configFilePath")));
    for (const [name, port] of Object.entries(ports[id])) app.set(name, port);
    if (!app.has("unixDomainSocket")) continue;
    app.set("unixDomainSocket", sockets);
    app.setIn(["env", "DAPR_UNIX_DOMAIN_SOCKET"], sockets);
    // As in dapr.yaml: where the CLI's notes are answered at once.
    app.set("daprHTTPPort", app.get("appPort"));
  }
  const file = join(run, "dapr.yaml");
  await writeFile(file, String(yaml), { mode: 0o600 });
  return file;
}
