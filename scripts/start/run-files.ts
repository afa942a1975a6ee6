import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isSeq, parseDocument } from "yaml";
import type { Dapr } from "../dapr/find-or-build.ts";
import { cloneFolder } from "../local/folders.ts";
import { connectionString, type PostgresSettings } from "../local/postgres-settings.ts";
import { writeResources } from "../local/resources.ts";
import type { AppPorts, Ports } from "./ports-from.ts";
import type { RedisAddress } from "./provide-redis.ts";

/** What dapr.yaml and the components cannot know. */
export type RunFiles = {
  folder: string;
  ports: Ports;
  dapr: Dapr;
  redis: RedisAddress;
  postgres: PostgresSettings;
};

/**
 * Writes dapr.yaml and the components as they are for this start, with its ports, addresses and
 * passwords, into the folder's run/, readable for us only.
 */
export async function writeRunFiles({ folder, ports, dapr, redis, postgres }: RunFiles): Promise<string> {
  const run = join(folder, "run");
  const components = join(run, "components");
  await mkdir(run, { recursive: true });
  await chmod(run, 0o700);
  await rm(components, { recursive: true, force: true });
  await writeResources(join(cloneFolder, "components"), components, {
    redisHost: `${redis.host}:${redis.port}`,
    redisPassword: redis.password ?? "",
    connectionString: connectionString(postgres),
  });

  const yaml = parseDocument(await readFile(join(cloneFolder, "dapr.yaml"), "utf8"));
  yaml.setIn(["common", "runtimePath"], dapr.runtimePath);
  yaml.setIn(["common", "resourcesPaths"], [components]);
  yaml.setIn(
    ["common", "configFilePath"],
    join(cloneFolder, String(yaml.getIn(["common", "configFilePath"]))),
  );
  const apps = yaml.get("apps");
  for (const app of isSeq(apps) ? apps.items : []) {
    if (!isMap(app)) continue;
    app.set("appDirPath", cloneFolder);
    const values = ports[String(app.get("appID")) as keyof Ports];
    for (const name of Object.keys(values) as (keyof AppPorts)[]) app.set(name, values[name]);
  }
  const file = join(run, "dapr.yaml");
  await writeFile(file, String(yaml), { mode: 0o600 });
  return file;
}
