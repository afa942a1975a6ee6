import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
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
type Compose = { services: Record<string, any>; volumes: Record<string, any>; networks: Record<string, any> };

/** Every field of the Compose specification that these files may use, so that a typing error is noticed. */
const fields = new Set([
  ..."image build restart user read_only cap_drop cap_add security_opt entrypoint command tmpfs volumes ports".split(
    " ",
  ),
  ..."networks depends_on environment healthcheck stop_grace_period network_mode init".split(" "),
]);

const text = await readFile(join(folder, "docker-compose.yaml"), "utf8");
const compose = parse(text, { merge: true }) as Compose;
const dev = parse(await readFile(join(folder, "dev.yaml"), "utf8"), { merge: true }) as Compose;
const service = (name: string) => compose.services[name];

describe("docker-compose.yaml", () => {
  test("is what Docker takes, as far as Docker is here to ask", async () => {
    const files = ["docker-compose.yaml", "dev.yaml"].flatMap((file) => ["--file", join(folder, file)]);
    const answer = await execute("docker", ["compose", ...files, "config", "--quiet"]).catch(
      (error) => error as { stderr?: string },
    );
    // Without Docker, or without its compose, the next tests are all there is.
    expect(answer.stderr ?? "").not.toMatch(/validating|invalid|not allowed|undefined/i);
  });

  test("uses fields of the specification only, and images with a version", () => {
    for (const [name, each] of [...Object.entries(compose.services), ...Object.entries(dev.services)]) {
      for (const field of Object.keys(each))
        expect([name, field, fields.has(field)]).toEqual([name, field, true]);
      for (const other of Object.keys(each.depends_on ?? {}))
        expect({ ...compose.services, ...dev.services }).toHaveProperty(other);
    }
    for (const { image } of Object.values(compose.services))
      expect(image).toMatch(/^[a-z/-]+:\d[\d.]*(-[a-z]+)?$/);
  });

  test("is reached on loopback and nowhere else", () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([
      ["nginx", [`127.0.0.1:\${PORT:-3050}:8080`]],
    ]);
  });

  test("each app shares a network and a socket with its sidecar, and with nobody else", () => {
    for (const id of Object.values(appIds)) {
      const sidecar = service(`${id}-sidecar`);
      expect(sidecar.command).toEqual([`--app-id=${id}`, `--app-channel-address=${id}`]);
      expect(sidecar.entrypoint).toContain(`--app-port=${service(id).environment.APP_PORT}`);
      expect(sidecar.entrypoint).toContain(
        `--unix-domain-socket=${service(id).environment.DAPR_UNIX_DOMAIN_SOCKET}`,
      );
      expect(service(id).environment.APP_ID).toBe(id);
      for (const name of ["DAPR_API_TOKEN", "APP_API_TOKEN"])
        expect(sidecar.environment[name]).toBe(service(id).environment[name]);
      const users = (what: "networks" | "volumes", pattern: RegExp) =>
        Object.keys(compose.services).filter((name) =>
          service(name)[what]?.some((each: unknown) => pattern.test(String(each))),
        );
      expect(users("networks", new RegExp(`^${id}$`))).toEqual([id, `${id}-sidecar`]);
      expect(users("volumes", new RegExp(`^${id}-socket:`))).toEqual([id, `${id}-sidecar`]);
      expect(compose.networks[id]).toEqual({ internal: true });
    }
  });

  test("no container needs another one's namespace to start again", () => {
    for (const [name, { network_mode, restart }] of Object.entries(compose.services)) {
      expect([name, network_mode ?? "none"]).toEqual([name, "none"]);
      if (name !== "resources") expect([name, restart]).toEqual([name, "unless-stopped"]);
    }
  });

  test("every service runs without capabilities and on a read-only root", () => {
    for (const [name, each] of Object.entries(compose.services)) {
      expect([name, each.read_only, each.cap_drop, each.security_opt]).toEqual([
        name,
        true,
        ["ALL"],
        ["no-new-privileges:true"],
      ]);
    }
    // These give up root by themselves, once they own their folder.
    const keeping = Object.keys(compose.services).filter((name) => service(name).cap_add);
    expect(keeping).toEqual(["resources", "redis", "redis-replica"]);
  });

  test("stops within ten seconds: the parts that stop one after the other, added up", () => {
    const seconds = (name: string) => Number.parseInt(service(name).stop_grace_period, 10);
    expect(seconds("api-sidecar")).toBeLessThan(10);
    // The API stops when nginx has stopped.
    expect(seconds("nginx") + Number(service("api").environment.GRACE_SECONDS)).toBeLessThan(10);
    const shutdown = (service("api-sidecar").entrypoint as string[]).flatMap(
      (flag) => /^--dapr-(?:block-shutdown-duration|graceful-shutdown-seconds)=(\d+)/.exec(flag)?.[1] ?? [],
    );
    expect(Number(shutdown[0]) + Number(shutdown[1])).toBeLessThan(seconds("api-sidecar"));
  });

  test("Postgres is on a default volume, Redis on a custom one, and the replica keeps nothing", () => {
    expect(service("postgres").volumes).toContain("postgres-data:/var/lib/postgresql/data");
    expect(compose.volumes["postgres-data"]).toBeNull();
    expect(service("redis").volumes).toContainEqual({
      type: "volume",
      source: "redis-data",
      target: "/data",
      volume: { nocopy: true },
    });
    expect(compose.volumes["redis-data"]).toMatchObject({
      driver: "local",
      driver_opts: { type: "none", o: "bind" },
    });
    expect(service("redis-replica").tmpfs).toEqual(["/data"]);
    expect(compose.volumes["api-socket"].driver_opts.type).toBe("tmpfs");
  });

  test("every file that it mounts or builds from exists", async () => {
    for (const { volumes = [], build } of [
      ...Object.values(compose.services),
      ...Object.values(dev.services),
    ]) {
      for (const volume of volumes) {
        const [from] = String(volume).split(":");
        if (from?.startsWith(".")) await access(resolve(folder, from));
      }
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
  test("gives each app its components with the network's hosts and passwords, and changes nothing else", async () => {
    const to = await mkdtemp(join(tmpdir(), "fib-compose-"));
    const components = join(cloneFolder, "components");
    try {
      const env = {
        ...process.env,
        REDIS_PASSWORD: "secret1",
        POSTGRES_PASSWORD: "secret2",
        REPLICA_HOST: "redis-replica",
        CONFIG: join(cloneFolder, "dapr-config.yaml"),
        OWNER: `${process.getuid!()}:${process.getgid!()}`,
      };
      for (const id of Object.values(appIds)) await mkdir(join(to, id));
      await execute("sh", [join(folder, "init/resources.sh"), components, to], { env });
      for (const id of Object.values(appIds)) await compare(components, join(to, id), id);
    } finally {
      await execute("chmod", ["-R", "u+w", to]);
      await rm(to, { recursive: true });
    }
  });

  async function compare(from: string, to: string, id: string): Promise<void> {
    const all = await Promise.all(
      (await readdir(from))
        .filter((name) => /\.yaml$/.test(name))
        .map(async (name) => ({
          name,
          resources: parseResources(await readFile(join(from, name), "utf8")),
        })),
    );
    const wanted = all.filter(({ resources }) => resources.some(({ scopes }) => scopes?.includes(id)));
    expect((await readdir(to)).sort()).toEqual(
      [...wanted.map(({ name }) => name), "dapr-config.yaml"].sort(),
    );
    for (const { name, resources } of wanted) {
      const expected = structuredClone(resources);
      for (const { metadata, spec } of expected)
        for (const item of spec.metadata ?? []) {
          if (item.name === "redisHost")
            item.value = metadata.name === "statestore-replica" ? "redis-replica:6379" : "redis:6379";
          if (item.name === "redisPassword") item.value = "secret1";
          if (item.name === "connectionString")
            item.value = "host=postgres port=5432 user=fib password=secret2 dbname=fib";
        }
      expect(parseResources(await readFile(join(to, name), "utf8"))).toEqual(expected);
    }
  }
});
