import { execFile } from "node:child_process";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { jest } from "@jest/globals";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";

jest.setTimeout(180_000);

const appToken = "the app's token";
const sidecarToken = "the sidecar's token";
/** As in apps/shared/runtime/serve.ts. */
const mostConnections = 4_096;

describe("On one machine, with tokens set,", () => {
  let system: System;
  beforeAll(async () => {
    const env = { APP_API_TOKEN: appToken, DAPR_API_TOKEN: sidecarToken, LOG_LEVEL: "silent" };
    system = await startSystem({
      env: { api: env, calculator: env },
      replica: { sidecarEnv: { APP_API_TOKEN: appToken, DAPR_API_TOKEN: sidecarToken } },
      say: () => {},
    });
  });
  afterAll(() => system?.stop());

  const asJson = { method: "POST", headers: { "content-type": "application/json" } };
  const apps = () => [system.api[0]!, system.calculator[0]!];

  test("the system works all the same", async () => {
    const response = await fetch(`${system.apiUrl}/values`, { ...asJson, body: '{"index":30}' });
    expect(response.status).toBe(202);
    await waitFor("the value", async () => (await fetch(`${system.apiUrl}/values/30`)).status === 200);
    await waitFor("the entry", async () => {
      const all = (await (await fetch(`${system.apiUrl}/values/all`)).json()) as unknown[];
      return all.length === 1;
    });
  });

  test.each([
    ["POST", "/subscriptions/record"],
    ["POST", "/Subscriptions/record/"],
    ["POST", "//subscriptions/record"],
    ["POST", "/api/subscriptions/record"],
    ["POST", "/subscriptions/../subscriptions/calculate"],
    ["POST", "/subscriptions/calculate"],
    ["POST", "/subscriptions/keep-dead-letter"],
    ["POST", "/schedules/sweep"],
    ["GET", "/dapr/subscribe"],
    ["OPTIONS", "/schedules/sweep"],
  ])("a stranger at the app's port gets nothing from %s %s", async (method, path) => {
    const data = {
      submissions: [{ id: crypto.randomUUID(), index: 1, submittedAt: new Date().toISOString() }],
    };
    const event = JSON.stringify({ id: "1", data });
    const guesses: Record<string, string>[] = [
      {},
      { "dapr-api-token": "wrong" },
      { "dapr-api-token": "" },
      { authorization: appToken },
    ];
    for (const { app } of apps()) {
      for (const headers of guesses) {
        const response = await fetch(app.url + path, {
          method,
          headers: { ...headers, "content-type": "application/json" },
          ...(method === "POST" ? { body: event } : {}),
        });
        expect([403, 404]).toContain(response.status);
        expect(await response.text()).not.toMatch(/subscriptions":|pubsubname|SUCCESS/);
      }
    }
  });

  test("even the right token does not open them to who comes through service invocation", async () => {
    const headers = { "dapr-api-token": appToken, "dapr-caller-app-id": "somebody" };
    const response = await fetch(`${system.apiUrl}/dapr/subscribe`, { headers });
    expect(response.status).toBe(403);
  });

  test("a stranger at the sidecar's port can neither publish nor read state nor invoke", async () => {
    const { url } = system.api[0]!.sidecar;
    const attempts = [
      fetch(`${url}/v1.0/publish/pubsub/submitted`, { ...asJson, body: "{}" }),
      fetch(`${url}/v1.0/state/statestore/value:30`),
      fetch(`${url}/v1.0/invoke/api/method/values/30`),
      fetch(`${url}/v1.0/bindings/entries`, { ...asJson, body: '{"operation":"query"}' }),
    ];
    for (const attempt of attempts) expect((await attempt).status).toBe(401);
  });

  test("no sidecar lets its app do what only the other may", async () => {
    const { url } = system.calculator[0]!.sidecar;
    const headers = { "content-type": "application/json", "dapr-api-token": sidecarToken };
    const publish = await fetch(`${url}/v1.0/publish/pubsub/submitted`, {
      method: "POST",
      headers,
      body: "{}",
    });
    expect(publish.status).toBe(403);
    const body = JSON.stringify({ operation: "query", metadata: { sql: "SELECT 1" } });
    const bind = await fetch(`${url}/v1.0/bindings/entries`, { method: "POST", headers, body });
    expect(bind.ok).toBe(false);
  });

  test("the page comes with a content security policy that lets in nothing foreign", async () => {
    const { headers } = await fetch(`${system.apiUrl}/`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http:/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("no header and no error tells what is inside", async () => {
    const answers = [
      fetch(`${system.apiUrl}/`),
      fetch(`${system.apiUrl}/values/all`),
      fetch(`${system.apiUrl}/nothing/here`),
      fetch(`${system.apiUrl}/values/%ff`),
      fetch(`${system.apiUrl}/%00`),
      fetch(`${system.apiUrl}/..%2f..%2fpackage.json`),
      fetch(`${system.apiUrl}/values`, { ...asJson, body: "{broken" }),
      fetch(`${system.apiUrl}/subscriptions/record`, { ...asJson, body: "{broken" }),
    ];
    for (const answer of answers) {
      const response = await answer;
      expect(response.status).toBeLessThan(500);
      for (const name of ["x-powered-by", "server", "via"]) expect(response.headers.has(name)).toBe(false);
      expect(await response.text()).not.toMatch(/\.[jt]s:\d+|node_modules|express|\/work\/|at async/);
    }
  });

  test("too large a body, too large a header and too slow a request are turned away", async () => {
    const body = JSON.stringify({ index: "1".repeat(2_000_000) });
    const large = await fetch(`${system.apiUrl}/values`, { ...asJson, body });
    expect(large.status).toBe(400);
    expect(await speak(`GET /config HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    // Headers that never end: the connection is closed soon after the limit of ten seconds.
    expect(await speak("GET /config HTTP/1.1\r\nhost: x\r\nx: ")).toMatch(/^HTTP\/1\.1 408/);
  });

  test("connections beyond the limit are closed at once, and it answers again when the others are gone", async () => {
    const { port } = system.api[0]!.app;
    const open: Socket[] = [];
    let closed = 0;
    try {
      // A hundred at a time: the system's own queue of new connections is short.
      while (open.length < mostConnections + 100) {
        const more = Array.from({ length: 100 }, () => connect({ host: "127.0.0.1", port }));
        for (const socket of more) socket.once("close", () => (closed += 1)).on("error", () => {});
        open.push(...more);
        await waitFor("connections", () => more.every(({ connecting }) => !connecting), {
          deadlineMs: 60_000,
          everyMs: 5,
        });
      }
      // The sidecar's own connections count, too.
      await waitFor("connections beyond the limit to be closed", () => closed >= 100);
    } finally {
      for (const socket of open) socket.destroy();
    }
    await waitFor("the app to answer again", async () => (await fetch(`${system.apiUrl}/healthz`)).ok);
  });

  /** Sends bytes as they are and returns what comes until the other side closes. */
  function speak(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: system.api[0]!.app.port }, () => socket.write(bytes));
      let heard = "";
      socket.setTimeout(60_000, () => socket.destroy(new Error("nobody answered for a minute")));
      socket.on("data", (part) => {
        heard += part;
      });
      socket.on("close", () => resolve(heard)).on("error", reject);
    });
  }
});

test("no dependency that ships has a known severe vulnerability", async () => {
  const args = ["audit", "--omit=dev", "--audit-level=high", "--json"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: cloneFolder, timeout: 60_000 }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }),
  );
  const report = JSON.parse(stdout || "{}") as { metadata?: { vulnerabilities: Record<string, number> } };
  if (!report.metadata) {
    process.stdout.write("  not checked: this registry answers no audit\n");
    return;
  }
  const { high, critical } = report.metadata.vulnerabilities;
  expect({ high, critical }).toEqual({ high: 0, critical: 0 });
});
