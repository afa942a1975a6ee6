import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { runToEnd } from "../../scripts/local/process.ts";
import { type Redis, startRedis } from "../../scripts/local/redis.ts";
import { type Service, startService } from "../../scripts/local/service.ts";
import { answersOk, waitFor } from "../../scripts/local/wait-for.ts";
import { kubernetes } from "./support/combinations.ts";
import { unpackDebian } from "./support/debian.ts";

const patience = 300_000;
const observability = join(cloneFolder, "deploy/observability");
const packages = ["prometheus", "prometheus-redis-exporter"];
const root = await unpackDebian("prometheus", packages).catch((error) => {
  process.stderr.write(`No Prometheus here, so its tests are skipped: ${(error as Error).message}\n`);
});

(root ? describe : describe.skip)("Prometheus and the exporter beside Redis", () => {
  let folder: string;
  let redis: Redis;
  let replica: Redis;
  let exporter: Service;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fib-exporters-"));
    const settings = { requirepass: "secret", maxmemory: "64mb" };
    redis = await startRedis({ folder: join(folder, "master"), options: settings });
    const replicaof = `127.0.0.1 ${redis.port}`;
    replica = await startRedis({
      folder: join(folder, "replica"),
      options: { replicaof, masterauth: "secret" },
    });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    // The names of the variables are those of the manifest.
    const patch = parse(
      await readFile(join(kubernetes, "options/observability/redis-exporter.yaml"), "utf8"),
    );
    const [container] = patch.spec.template.spec.containers;
    const given: Record<string, string> = {
      REDIS_ADDR: `redis://127.0.0.1:${redis.port}`,
      REDIS_PASSWORD: "secret",
    };
    const env = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value: string }) => [name, given[name] ?? value]),
    );
    const { ask } = await import("../../scripts/local/redis.ts");
    await ask("127.0.0.1", redis.port, "AUTH secret\r\nXGROUP CREATE submitted calculator 0 MKSTREAM\r\n");
    exporter = await startService({
      command: {
        name: "redis exporter",
        command: join(root!, "usr/bin/prometheus-redis-exporter"),
        args: [`--web.listen-address=127.0.0.1:${port}`],
        env,
      },
      ready: () => answersOk(`${url}${container.readinessProbe.httpGet.path}`),
      readyWhat: "the exporter",
    });
  }, patience);

  afterAll(async () => {
    for (const each of [exporter, replica, redis]) await each?.stop();
    await rm(folder, { recursive: true, force: true });
  }, patience);

  test(
    "the dashboard and the alerts ask for metrics of Redis that the exporter has",
    async () => {
      const dashboard = await readFile(join(observability, "dashboard.json"), "utf8");
      const alerts = await readFile(join(observability, "alerts.yaml"), "utf8");
      const asked = new Set((dashboard + alerts).match(/\bredis_[a-z_]+/g));
      expect(asked.size).toBeGreaterThan(6);
      await waitFor("all of them", async () => {
        const text = await (await fetch(`${url}/metrics`)).text();
        const missing = [...asked].filter((name) => !new RegExp(`^${name}[{ ]`, "m").test(text));
        if (missing.length > 0) throw new Error(`missing: ${missing}`);
        return true;
      });
    },
    patience,
  );

  test("the alert rules are what Prometheus takes", async () => {
    const check = await runToEnd({
      name: "promtool",
      command: join(root!, "usr/bin/promtool"),
      args: ["check", "rules", join(observability, "alerts.yaml")],
    });
    expect(check).toMatch(/SUCCESS: 1[0-9] rules found/);
  });
});
