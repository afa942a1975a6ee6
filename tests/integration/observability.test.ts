import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { call, get, post } from "../support/client.ts";
import { readMetrics, usedMetrics } from "../support/prometheus.ts";
import { startSpanCollector } from "../support/span-collector.ts";

const folder = "deploy/observability";
const dashboard = JSON.parse(readFileSync(`${folder}/dashboard.json`, "utf8"));
const alerts = parse(readFileSync(`${folder}/alerts.yaml`, "utf8"));

describe("Seeing inside, on real sidecars", () => {
  let system: System;
  let collector: Awaited<ReturnType<typeof startSpanCollector>>;
  const settings = mkdtempSync(join(tmpdir(), "fib-tracing-"));

  beforeAll(async () => {
    collector = await startSpanCollector();
    const configPath = join(settings, "config.yaml");
    const config = parseDocument(readFileSync("dapr-config.yaml", "utf8"));
    config.setIn(["spec", "tracing", "zipkin"], { endpointAddress: collector.endpoint });
    writeFileSync(configPath, String(config));
    system = await startSystem({ replica: { configPath } });
  }, 600_000);
  afterAll(async () => {
    await system?.stop();
    await collector?.stop();
    rmSync(settings, { recursive: true });
  }, 60_000);

  const api = async () => readMetrics((await get(`${system.apiUrl}/metrics`)).text);
  const calculator = async () => readMetrics((await get(`${system.calculator[0]!.app.url}/metrics`)).text);
  const sidecars = async () =>
    readMetrics(
      (
        await Promise.all(
          [system.api[0]!, system.calculator[0]!].map(({ sidecar }) =>
            get(`http://127.0.0.1:${sidecar.ports.metrics}/metrics`),
          ),
        )
      )
        .map(({ text }) => text)
        .join("\n"),
    );

  async function submitAndWait(index: number, headers: Record<string, string> = {}) {
    const sent = { "content-type": "application/json", ...headers };
    const body = JSON.stringify({ index });
    const { status } = await call(`${system.invokeUrl}/values`, { method: "POST", headers: sent, body });
    expect(status).toBe(202);
    await waitFor(`the value of ${index}`, async () => {
      return (await get(`${system.apiUrl}/values/${index}`)).status === 200;
    });
  }

  test("one trace goes from the request through both apps and both stores to the news of the value", async () => {
    const traceId = randomBytes(16).toString("hex");
    await submitAndWait(60, { traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01` });
    const wanted = [
      "api: calllocal/api/values",
      "api: /v1.0/publish/pubsub/submitted",
      "api: pubsub/submitted",
      "api: /v1.0/bindings/entries",
      "api: /v1.0/publish/broadcast/recorded",
      "calculator: pubsub/submitted",
      "calculator: /v1.0/state/statestore",
      "calculator: /v1.0/publish/broadcast/calculated",
      "api: pubsub/calculated",
    ];
    const missing = () => {
      const names = collector
        .ofTrace(traceId)
        .map(({ localEndpoint, name }) => `${localEndpoint.serviceName}: ${name}`);
      return wanted.filter((name) => !names.includes(name));
    };
    // Sidecars send their spans every few seconds.
    await waitFor("all spans", async () => missing().length === 0).catch(() => {});
    expect(missing()).toEqual([]);
  });

  test("the apps count what matters", async () => {
    await submitAndWait(61);
    await submitAndWait(100_000);
    const now = await api();
    expect(now.value("fib_accepted_total")).toBe(3);
    expect(now.value("fib_answers_total", { place: "memory" })).toBeGreaterThan(0);
    expect(
      now.value("event_deliveries_total", { function: "announce-calculated", outcome: "done" }),
    ).toBeGreaterThan(0);
    await waitFor("all to be recorded", async () => (await api()).value("fib_unrecorded") === 0);
    const then = await api();
    expect(then.value("fib_recorded_total")).toBe(3);
    expect(then.value("fib_oldest_unrecorded_seconds")).toBe(0);
    expect(then.value("fib_dead_letters")).toBe(0);
    const calculated = await calculator();
    expect(calculated.value("fib_calculated_total")).toBe(3);
    expect(calculated.value("fib_calculation_seconds_count", { digits: "1e2" })).toBe(2);
    expect(calculated.value("fib_calculation_seconds_count", { digits: "1e5" })).toBe(1);
  });

  test("what waits for Postgres gets older, and what cannot be handled is counted", async () => {
    await system.postgres.kill();
    expect((await post(`${system.apiUrl}/values`, { index: 62 })).status).toBe(202);
    await waitFor("an age", async () => (await api()).value("fib_oldest_unrecorded_seconds")! > 1);
    expect((await api()).value("fib_unrecorded")).toBe(1);
    // It cannot be asked, so nothing is claimed; the others come all the same.
    expect((await api()).value("fib_dead_letters")).toBeUndefined();
    await system.postgres.restart();
    await waitFor("the entry", async () => (await api()).value("fib_oldest_unrecorded_seconds") === 0);

    const publish = `${system.api[0]!.sidecar.url}/v1.0/publish/pubsub/submitted`;
    await post(publish, { hello: "stranger" });
    // One of each app's function.
    await waitFor("the dead letters", async () => (await api()).value("fib_dead_letters") === 2);
    expect((await api()).value("event_dead_letters_total", { function: "record" })).toBe(1);
  });

  test("the dashboard and the alerts ask for metrics and labels that are there", async () => {
    const there = [await api(), await calculator(), await sidecars()];
    const expressions: string[] = [
      ...dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
        targets.map(({ expr }) => expr),
      ),
      ...alerts.groups.flatMap(({ rules }: { rules: { expr: string }[] }) => rules.map(({ expr }) => expr)),
    ];
    expect(expressions.length).toBeGreaterThan(20);
    const used = expressions.flatMap(usedMetrics);
    const missing = used.filter(({ name, labels }) => !there.some((metrics) => metrics.has(name, labels)));
    // Nobody was refused here, so the counter has no series yet; its name is in the help.
    expect(missing.filter(({ name }) => name !== "fib_refused_total")).toEqual([]);
    expect(there[0]!.text).toContain("# TYPE fib_refused_total counter");
  });

  test("the local Prometheus looks at the ports of dapr.yaml", () => {
    const run = parse(readFileSync("dapr.yaml", "utf8")) as {
      apps: { appPort?: number; metricsPort: number }[];
    };
    const { scrape_configs: jobs } = parse(readFileSync(`${folder}/prometheus.yaml`, "utf8"));
    const targets = jobs.flatMap(({ static_configs }: { static_configs: { targets: string[] }[] }) =>
      static_configs.flatMap((each) => each.targets),
    );
    expect(targets.sort()).toEqual(
      run.apps
        // The caller's sidecar has no app.
        .flatMap(({ appPort, metricsPort }) => [...(appPort ? [appPort] : []), metricsPort])
        .map((port) => `localhost:${port}`)
        .sort(),
    );
  });
});
