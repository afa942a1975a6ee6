import { join } from "node:path";
import { findOrBuildCli, findOrBuildDapr } from "../../scripts/dapr/find-or-build.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { run } from "../../scripts/local/process.ts";
import { makeSocketFolder } from "../../scripts/local/sockets.ts";
import { startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { writeRunFiles } from "../../scripts/start/run-files.ts";
import type { Row } from "../report/row.ts";
import type { Settings } from "../settings.ts";
import { keepAliveCall } from "../support/keep-alive-call.ts";
import { spread } from "../support/statistics.ts";

/** Wanted at most, in seconds. */
const allowed = 3;

/** From `dapr run -f dapr.yaml` to the first value through the sidecar; Redis and Postgres run already. */
export async function start({ starts }: Settings): Promise<Row[]> {
  const dapr = await findOrBuildDapr();
  const program = await findOrBuildCli();
  const servers = await startSystem({ replicas: { api: 0, calculator: 0 }, say: () => {} });
  const seconds: number[] = [];
  try {
    for (let index = 40; index < 40 + starts; index++) {
      const ports = { api: await appPorts(), calculator: await appPorts(), caller: await callerPorts() };
      const { redis, postgres } = servers;
      const folder = join(servers.folder, `start-${index}`);
      const sockets = await makeSocketFolder(join(folder, "sockets"));
      const file = await writeRunFiles({ folder, ports, sockets: sockets.path, redis, postgres });
      const from = performance.now();
      const args = ["run", "-f", file];
      const env = { ...process.env, DAPRD: dapr.daprd };
      const cli = await run({
        name: "dapr run",
        command: program,
        args,
        env,
        cwd: cloneFolder,
        detached: true,
      });
      try {
        await firstValue(ports.caller.daprHTTPPort, index);
        seconds.push((performance.now() - from) / 1_000);
      } finally {
        await cli.stop();
        await sockets.remove();
      }
    }
  } finally {
    await servers.stop();
  }
  const { median, least, most } = spread(seconds);
  return [
    {
      what: "`dapr run -f` to the first value",
      ours: `${median.toFixed(1)} s`,
      baseline: `${allowed} s allowed`,
      ratio: { median: median / allowed, least: least / allowed, most: most / allowed },
      target: { limit: 1, sense: "at most" },
    },
  ];
}

const appPorts = async () => ({
  appPort: await freePort(),
  daprInternalGRPCPort: await freePort(),
  metricsPort: await freePort(),
});

const callerPorts = async () => ({
  daprHTTPPort: await freePort(),
  daprGRPCPort: await freePort(),
  daprInternalGRPCPort: await freePort(),
  metricsPort: await freePort(),
});

async function firstValue(port: number, index: number): Promise<void> {
  const call = keepAliveCall(port);
  const values = "/v1.0/invoke/api/method/values";
  const often = { everyMs: 10 };
  await waitFor("a first submission", () => call("POST", values, JSON.stringify({ index })), often);
  const isThere = async () => (await call("GET", `${values}/${index}`)).includes('"calculated"');
  await waitFor("a first value", isThere, often);
}
