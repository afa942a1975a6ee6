import { execFile } from "node:child_process";
import { access, chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitFor } from "../../scripts/local/wait-for.ts";
import type { Ports } from "../../scripts/start/ports-from.ts";
import { startBrowser } from "../e2e/browser.ts";
import { isLoopback, listeningBelow } from "../support/listening.ts";
import { endStarts, freeOffset, type Start, startAndWait } from "../support/npm-start.ts";

/** Nobody, on every system that has this user. */
const nobody = 65_534;

/** What others can do to a running `npm start`: the network, another user of the machine, a web page. */
describe("While npm start runs", () => {
  let offset: number;
  let ports: Ports;
  let folder: string;
  let start: Start;

  beforeAll(async () => {
    ({ offset, ports } = await freeOffset());
    folder = await mkdtemp(join(tmpdir(), "fib-attack-"));
    // As root, Postgres runs as another user, who has to get in.
    await chmod(folder, 0o711);
    start = await startAndWait({ folder, offset });
  }, 150_000);
  afterAll(async () => {
    await endStarts();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const invoke = () => `http://localhost:${ports.caller.daprHTTPPort}/v1.0/invoke/api/method`;
  const submit = (index: number) =>
    fetch(`${invoke()}/values`, { method: "POST", body: JSON.stringify({ index }) });
  const total = async () => ((await (await fetch(`${invoke()}/values/all`)).json()) as unknown[]).length;

  test("the README's invoke command works through the caller's sidecar", async () => {
    expect((await submit(40)).status).toBe(202);
    await waitFor("the value", async () =>
      (await (await fetch(`${invoke()}/values/40`)).text()).includes('"102334155"'),
    );
    const refused = await fetch(`${invoke()}/values`, { method: "POST", body: '{"index": -5}' });
    expect(refused.status).toBe(400);
    expect(refused.headers.get("content-type")).toContain("json");
  });

  onLinux("every TCP socket listens on loopback, and the sidecars' sockets are private", async () => {
    const found = await listeningBelow(start.pid);
    // Two apps, the caller's HTTP and gRPC, three internal gRPC and metrics each, Redis, Postgres.
    expect(found.length).toBeGreaterThanOrEqual(12);
    expect(found.filter((each) => !isLoopback(each))).toEqual([]);
  });

  asRoot(
    "another user can neither use the sidecars nor deliver events nor use Redis",
    async () => {
      const tools = await mkdtemp(join(tmpdir(), "fib-other-"));
      try {
        await chmod(tools, 0o755);
        for (const name of ["other-user.mjs", "internal-call.mjs"]) {
          await cp(join("tests", "support", name), join(tools, name));
        }
        const target = {
          sockets: join(folder, "sockets"),
          api: ports.api.appPort,
          calculator: ports.calculator.appPort,
          caller: ports.caller.daprHTTPPort,
          internal: {
            api: ports.api.daprInternalGRPCPort,
            calculator: ports.calculator.daprInternalGRPCPort,
          },
          redis: 6379 + offset,
        };
        const args = [join(tools, "other-user.mjs"), JSON.stringify(target)];
        const { stdout } = await promisify(execFile)(process.execPath, args, {
          uid: nobody,
          gid: nobody,
          cwd: "/",
        });
        const denied = 7;
        expect(JSON.parse(stdout)).toEqual({
          "state of api": "EACCES",
          "state of calculator": "EACCES",
          "publish/pubsub/submitted": 404,
          "state/statestore": 404,
          "bindings/entries": 404,
          shutdown: 404,
          "metadata/x": 404,
          "api /subscriptions/record": 403,
          "invoke /subscriptions/record": 403,
          "api /schedules/sweep": 403,
          "invoke /schedules/sweep": 403,
          "api /dapr/subscribe": 403,
          "invoke /dapr/subscribe": 403,
          "calculator /subscriptions/calculate": 403,
          "internal gRPC of api": denied,
          "internal gRPC of calculator": denied,
          redis: expect.stringMatching(/^-NOAUTH/),
        });
      } finally {
        await rm(tools, { recursive: true, force: true });
      }
    },
    60_000,
  );

  test("a web page of another origin cannot run a program, publish, or stop a sidecar", async () => {
    const before = await total();
    const proof = join(folder, "proof");
    const sql = `COPY (SELECT 1) TO PROGRAM 'touch ${proof}'`;
    const submission = { id: crypto.randomUUID(), index: 7, submittedAt: new Date().toISOString() };
    const event = { id: "forged", data: { submissions: [submission] } };
    const sidecars = [ports.caller.daprHTTPPort, ports.caller.daprHTTPPort + 1];
    const attempts = [
      ...sidecars.flatMap((port) => [
        [`http://localhost:${port}/v1.0/bindings/entries`, { operation: "exec", metadata: { sql } }],
        [`http://localhost:${port}/v1.0/publish/pubsub/submitted`, event.data],
        [`http://localhost:${port}/v1.0/state/statestore`, [{ key: "value:7", value: { value: "1" } }]],
        [`http://localhost:${port}/v1.0/invoke/api/method/subscriptions/record`, event],
        [`http://localhost:${port}/v1.0/shutdown`, {}],
      ]),
      [`http://localhost:${ports.api.appPort}/subscriptions/record`, event],
      [`http://localhost:${ports.calculator.appPort}/subscriptions/calculate`, event],
    ] as [string, unknown][];
    const page = createServer((_request, response) => {
      response.setHeader("content-type", "text/html").end("<title>elsewhere</title>");
    });
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const browser = await startBrowser();
    try {
      const tab = await (await browser.newContext()).newPage();
      await tab.goto(`http://127.0.0.1:${(page.address() as AddressInfo).port}/`);
      await tab.evaluate(
        (targets) =>
          Promise.allSettled(
            targets.map(([url, body]) =>
              fetch(url, { method: "POST", mode: "no-cors", body: JSON.stringify(body) }),
            ),
          ),
        attempts,
      );
    } finally {
      await browser.close();
      page.close();
    }
    // Later than anything that got through: an entry of our own is recorded after it.
    expect((await submit(41)).status).toBe(202);
    await waitFor("our own entry", async () => (await total()) > before);
    expect(await total()).toBe(before + 1);
    expect((await fetch(`${invoke()}/values/7`)).status).toBe(404);
    await expect(access(proof)).rejects.toThrow("ENOENT");
  }, 90_000);
});

function onLinux(name: string, run: () => Promise<void>, deadline?: number): void {
  (process.platform === "linux" ? test : test.skip)(name, run, deadline);
}

function asRoot(name: string, run: () => Promise<void>, deadline?: number): void {
  // Only root can become another user.
  (process.getuid?.() === 0 ? test : test.skip)(name, run, deadline);
}
