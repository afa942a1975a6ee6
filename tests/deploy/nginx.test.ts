import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cloneFolder } from "../../scripts/local/folders.ts";
import type { Service } from "../../scripts/local/service.ts";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { get, post } from "../support/client.ts";
import { findNginx, startNginx } from "./support/nginx.ts";

const patience = 600_000;
const token = "only-the-sidecar";
const nginx = await findNginx();

/** The overlay `local` puts this configuration before this API and this page. */
(nginx ? describe : describe.skip)("nginx before the real API and page", () => {
  let system: System;
  let web: Service & { url: string };
  let proxy: Service & { url: string };

  beforeAll(async () => {
    system = await startSystem({
      env: { api: { APP_API_TOKEN: token }, calculator: { APP_API_TOKEN: token } },
      replica: { sidecarEnv: { APP_API_TOKEN: token } },
      say: () => {},
    });
    web = await startNginx(nginx!, join(cloneFolder, "deploy/images/web.nginx.conf"), {
      "/usr/share/nginx/html": join(cloneFolder, "dist/web"),
    });
    proxy = await startNginx(nginx!, join(cloneFolder, "deploy/kubernetes/routing/proxy/nginx.conf"), {
      "server api:3000": `server ${new URL(system.apiUrl).host}`,
      "server web:8080": `server ${new URL(web.url).host}`,
    });
  }, patience);

  afterAll(async () => {
    await proxy?.stop();
    await web?.stop();
    await system?.stop();
  }, patience);

  test("/ is the page, with the headers that the API gives it on a laptop", async () => {
    const assets = (await readdir(join(cloneFolder, "dist/web"))).filter((name) => /\.(js|css)$/.test(name));
    expect(assets.length).toBeGreaterThan(1);
    for (const path of ["/", "/index.html", ...assets.map((name) => `/${name}`)]) {
      const [ours, theirs] = [await get(proxy.url + path), await get(system.apiUrl + path)];
      expect([path, ours.status, ours.text === theirs.text]).toEqual([path, 200, true]);
      for (const name of [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cache-control",
      ])
        expect([path, name, ours.headers.get(name)]).toEqual([path, name, theirs.headers.get(name)]);
      expect(ours.type.split(";")[0]!.replace("application/", "text/")).toBe(
        theirs.type.split(";")[0]!.replace("application/", "text/"),
      );
    }
  });

  test(
    "/api/x reaches the API as /x, and nothing else does",
    async () => {
      expect((await post(`${proxy.url}/api/values`, { index: 40 })).status).toBe(202);
      await waitFor("the value", async () => (await get(`${proxy.url}/api/values/40`)).status === 200);
      expect((await get(`${proxy.url}/api/values/40`)).body.value).toBe("102334155");
      expect((await get(`${proxy.url}/api/values/current`)).body["40"]).toBe("102334155");
      expect((await get(`${proxy.url}/api/values/all`)).body[0].number).toBe(40);
      expect((await get(`${proxy.url}/api/none`)).type).toContain("problem+json");
      const missing = await get(`${proxy.url}/values/40`);
      expect([missing.status, missing.type.split(";")[0]]).toEqual([404, "text/html"]);
    },
    patience,
  );

  test(
    "what happens reaches the page at once: events are not gathered",
    async () => {
      const over = new AbortController();
      const response = await fetch(`${proxy.url}/api/events`, { signal: over.signal });
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      let heard = "";
      const reading = (async () => {
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) heard += chunk;
      })().catch(() => {});
      try {
        // Some bytes, far less than any buffer, while the answer goes on.
        await waitFor("the first words", () => heard.includes("retry:"), { deadlineMs: 2_000 });
        await post(`${proxy.url}/api/values`, { index: 41 });
        await waitFor("the value as an event", () => /event: calculated[\s\S]*165580141/.test(heard));
      } finally {
        over.abort();
        await reading;
      }
    },
    patience,
  );

  test("the event functions are closed to whoever comes from outside", async () => {
    for (const path of ["dapr/subscribe", "subscriptions/record", "schedules/sweep"]) {
      const { status } = path.startsWith("dapr")
        ? await get(`${proxy.url}/api/${path}`)
        : await post(`${proxy.url}/api/${path}`, {});
      expect([path, status]).toEqual([path, 403]);
    }
  });

  test("the metrics are for the cluster, not for the world", async () => {
    expect((await get(`${system.apiUrl}/metrics`)).status).toBe(200);
    expect((await get(`${proxy.url}/api/metrics`)).status).toBe(404);
  });

  test("a body that no request of ours has is refused before it reaches the API", async () => {
    expect((await post(`${proxy.url}/api/values`, `{"index": ${"1".repeat(70_000)}}`)).status).toBe(413);
  });

  test("neither needs root nor says which version it is", async () => {
    expect((await get(`${proxy.url}/proxy-health`)).text).toBe("alive\n");
    for (const { url } of [proxy, web]) expect((await get(url)).headers.get("server")).toBe("nginx");
  });
});
