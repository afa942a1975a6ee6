import express from "express";
import { rateLimit } from "express-rate-limit";
import session from "express-session";
import helmet from "helmet";
import { z } from "zod";
import { json } from "../../../apps/shared/runtime/answers.ts";
import { createDispatcher, type Middleware } from "../../../apps/shared/runtime/dispatcher.ts";
import { onRequest } from "../../../apps/shared/runtime/functions.ts";
import { createGuard } from "../../../apps/shared/runtime/guard.ts";
import { requestRoute } from "../../../apps/shared/runtime/request-route.ts";
import { silentLog } from "../../support/contexts.ts";
import { serving } from "./serving.ts";

declare module "express-session" {
  interface SessionData {
    visits: number;
  }
}

const echo = onRequest({
  name: "echo",
  method: "POST",
  path: "/echo",
  summary: "Answers what it was sent.",
  body: z.object({ word: z.string() }),
  answers: { 200: json("The word.", z.object({ word: z.string() })) },
  handle: ({ body }) => ({ body }),
});

/** An app with one function and middleware around it, while `use` runs. */
function running<Result>(
  { before = [], after = [] }: { before?: Middleware[]; after?: Middleware[] },
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const app = {
    log: silentLog,
    stopping: new AbortController().signal,
    daprClient: () => Promise.reject(new Error("not used here")),
  };
  const guard = createGuard({
    appApiToken: undefined,
    operatorToken: undefined,
    allowedHosts: ["localhost"],
  });
  return serving(
    createDispatcher({ routes: [requestRoute(echo, app)], guard, log: silentLog, before, after }),
    use,
  );
}

const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/echo`, {
    method: "POST",
    body: '{"word":"hello"}',
    headers: { "content-type": "application/json", ...headers },
  });

describe("Express middleware before the functions", () => {
  test("adds helmet's headers to what functions answer", async () => {
    const response = await running({ before: [helmet()] }, post);
    expect(await response.json()).toEqual({ word: "hello" });
    expect(response.headers.get("strict-transport-security")).toContain("max-age");
  });

  test("parses the body first, and the function still gets it", async () => {
    const response = await running({ before: [express().use(express.json())] }, post);
    expect(await response.json()).toEqual({ word: "hello" });
  });

  test("keeps a session over several requests", async () => {
    const sessions = session({ secret: "of the test", resave: false, saveUninitialized: true });
    const count = express()
      .use(sessions)
      .use((request, response, next) => {
        request.session.visits = (request.session.visits ?? 0) + 1;
        response.set("x-visits", String(request.session.visits));
        next();
      });
    const visits = await running({ before: [count] }, async (url) => {
      const first = await post(url);
      const cookie = first.headers.get("set-cookie")!.split(";")[0]!;
      return [first, await post(url, { cookie })].map(({ headers }) => headers.get("x-visits"));
    });
    expect(visits).toEqual(["1", "2"]);
  });

  test("answers by itself, and the function is not called", async () => {
    const limit = rateLimit({ windowMs: 60_000, limit: 2, validate: false });
    const statuses = await running({ before: [express().use(limit)] }, async (url) => {
      const answers = [await post(url), await post(url), await post(url)];
      return answers.map(({ status }) => status);
    });
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("refuses with an error of its own, which becomes problem+json", async () => {
    const deny: Middleware = (_request, _response, next) =>
      next(Object.assign(new Error("No entry."), { status: 403, expose: true }));
    const response = await running({ before: [deny] }, post);
    expect(response.headers.get("content-type")).toMatch("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 403, detail: "No entry." });
  });

  test("that throws does not end the process: it is a 500 that reveals nothing", async () => {
    const broken: Middleware = async () => {
      throw new Error("secret detail");
    };
    const response = await running({ before: [broken] }, post);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining("secret")]);
  });
});

describe("Express middleware after the functions", () => {
  const router = express.Router().get("/reports/:year", (request, response) => {
    response.json({ year: request.params.year });
  });

  test("answers what no function answers", async () => {
    const [report, echoed, missing] = await running({ after: [express().use(router)] }, async (url) => [
      await fetch(`${url}/reports/2026`),
      await post(url),
      await fetch(`${url}/nothing`),
    ]);
    expect(await report!.json()).toEqual({ year: "2026" });
    expect(echoed!.status).toBe(200);
    expect([missing!.status, missing!.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json; charset=utf-8",
    ]);
  });
});
