import { execFile } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { appIds } from "../../apps/shared/contracts/names.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { parse as parseResources } from "./support/build.ts";

const folder = join(cloneFolder, "deploy/compose");
const execute = promisify(execFile);

// biome-ignore lint/suspicious/noExplicitAny: a file that somebody else defines.
type Compose = { services: Record<string, any>; volumes: Record<string, any> };

/** Every field of the Compose specification that this file may use, so that a typing error is noticed. */
const fields = new Set([
  ..."image build restart user read_only cap_drop security_opt entrypoint command tmpfs volumes ports".split(
    " ",
  ),
  ..."depends_on environment healthcheck stop_grace_period network_mode profiles".split(" "),
]);

describe("docker-compose.yaml", () => {
  let compose: Compose;
  let text: string;
  beforeAll(async () => {
    text = await readFile(join(folder, "docker-compose.yaml"), "utf8");
    compose = parse(text, { merge: true }) as Compose;
  });
  const service = (name: string) => compose.services[name];

  test("is what Docker takes, as far as Docker is here to ask", async () => {
    const answer = await execute("docker", [
      "compose",
      "--file",
      join(folder, "docker-compose.yaml"),
      "config",
      "--quiet",
    ]).catch((error) => error as { stderr?: string });
    // Without Docker, or without its compose, the next tests are all there is.
    expect(answer.stderr ?? "").not.toMatch(/validating|invalid|not allowed/i);
  });

  test("uses fields of the specification only, and images with a version", () => {
    for (const [name, each] of Object.entries(compose.services)) {
      for (const field of Object.keys(each))
        expect([name, field, fields.has(field)]).toEqual([name, field, true]);
      expect(each.image).toMatch(/^[a-z/-]+:\d[\d.]*(-[a-z]+)?$/);
      for (const other of Object.keys(each.depends_on ?? {})) expect(compose.services).toHaveProperty(other);
    }
  });

  test("is reached at localhost:3050 and nowhere else", () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([["nginx", ["127.0.0.1:3050:8080"]]]);
  });

  test("each app has a sidecar in its network, with the app's id, port and tokens", () => {
    for (const id of Object.values(appIds)) {
      const sidecar = service(`${id}-sidecar`);
      expect(sidecar.network_mode).toBe(`service:${id}`);
      expect(sidecar.command).toEqual(
        expect.arrayContaining([`--app-id=${id}`, `--app-port=${service(id).environment.APP_PORT}`]),
      );
      for (const name of ["DAPR_API_TOKEN", "APP_API_TOKEN"])
        expect(sidecar.environment[name]).toBe(service(id).environment[name]);
    }
  });

  test("the apps, their sidecars and nginx run without rights and on a read-only root", () => {
    for (const name of ["nginx", "web", "api", "api-sidecar", "calculator", "calculator-sidecar"])
      expect(service(name)).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
  });

  test("Postgres is on a default volume, Redis on a custom one, and the replica keeps nothing", () => {
    expect(service("postgres").volumes).toEqual(["postgres-data:/var/lib/postgresql/data"]);
    expect(compose.volumes["postgres-data"]).toBeNull();
    expect(service("redis").volumes).toEqual(["redis-data:/data"]);
    expect(compose.volumes["redis-data"]).toMatchObject({
      driver: "local",
      driver_opts: { type: "none", o: "bind" },
    });
    expect(service("redis-replica").profiles).toEqual(["replica"]);
    expect(service("redis-replica").volumes).toBeUndefined();
  });

  test("every file that it mounts or builds from is there", async () => {
    for (const { volumes = [], build } of Object.values(compose.services)) {
      for (const [from] of volumes.map((each: string) => each.split(":")))
        if (from.startsWith(".")) await access(resolve(folder, from));
      if (build) await access(resolve(folder, build.context, build.dockerfile));
    }
  });

  test("the images are those of the cluster", async () => {
    const { buildOverlay, workloads } = await import("./support/build.ts");
    const { resources } = await buildOverlay("local");
    const there = workloads(resources).flatMap(({ spec }) =>
      spec.template.spec.containers.map(({ image }: { image: string }) => image),
    );
    for (const name of ["web", "api", "calculator", "redis", "postgres"])
      expect(there).toContain(service(name).image);
  }, 600_000);

  test("the settings that .env.example names are the ones that are read", async () => {
    const example = await readFile(join(folder, ".env.example"), "utf8");
    const named = [...example.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name!);
    for (const name of named) expect(text).toContain(`\${${name}:-`);
  });
});

describe("resources.sh", () => {
  test("gives every component the network's hosts and passwords, and changes nothing else", async () => {
    const to = await mkdtemp(join(tmpdir(), "fib-compose-"));
    const components = join(cloneFolder, "components");
    try {
      const env = {
        ...process.env,
        REDIS_PASSWORD: "secret1",
        POSTGRES_PASSWORD: "secret2",
        REPLICA_HOST: "redis-replica",
        CONFIG: join(cloneFolder, "dapr-config.yaml"),
      };
      await execute("sh", [join(folder, "resources.sh"), components, to], { env });
      const files = (await readdir(components)).filter(
        (name) => /\.yaml$/.test(name) && name !== "kustomization.yaml",
      );
      expect((await readdir(to)).sort()).toEqual([...files, "dapr-config.yaml"].sort());
      for (const file of files) {
        const [before, after] = await Promise.all(
          [components, to].map(async (each) => parseResources(await readFile(join(each, file), "utf8"))),
        );
        const expected = JSON.parse(JSON.stringify(before)) as NonNullable<typeof before>;
        for (const { metadata, spec } of expected)
          for (const item of spec.metadata ?? []) {
            if (item.name === "redisHost")
              item.value = metadata.name === "statestore-replica" ? "redis-replica:6379" : "redis:6379";
            if (item.name === "redisPassword") item.value = "secret1";
            if (item.name === "connectionString")
              item.value = "host=postgres port=5432 user=fib password=secret2 dbname=fib";
          }
        expect(after).toEqual(expected);
      }
    } finally {
      await rm(to, { recursive: true });
    }
  });
});
