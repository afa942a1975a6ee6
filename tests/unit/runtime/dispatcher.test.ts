import { z } from "zod";
import { json, wholeNumber } from "../../../apps/shared/runtime/answers.ts";
import { createDispatcher } from "../../../apps/shared/runtime/dispatcher.ts";
import { onRequest } from "../../../apps/shared/runtime/functions.ts";
import { createGuard } from "../../../apps/shared/runtime/guard.ts";
import { requestRoute } from "../../../apps/shared/runtime/request-route.ts";
import { silentLog } from "../../support/contexts.ts";
import { serving } from "./serving.ts";

const answers = { 200: json("", z.unknown()) };
const functions = [
  onRequest({
    name: "read-thing",
    method: "GET",
    path: "/things/:id",
    summary: "",
    params: z.object({ id: wholeNumber("id", 0, 99) }),
    query: z.object({ limit: wholeNumber("limit", 1, 10).default(5), colour: z.string().optional() }),
    answers,
    handle: ({ params, query }) => ({ body: { ...params, ...query } }),
  }),
  onRequest({
    name: "delete-thing",
    method: "DELETE",
    path: "/things/:id",
    summary: "",
    answers,
    handle: ({ params }) => ({ body: params }),
  }),
];

async function ask(method: string, path: string, headers: Record<string, string> = {}) {
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
  const routes = functions.map((each) => requestRoute(each, app));
  return serving(createDispatcher({ routes, guard, log: silentLog }), async (url) => {
    const response = await fetch(url + path, { method, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  });
}

describe("The dispatcher", () => {
  test("finds a function by path and method, and hands it validated input", async () => {
    expect(JSON.parse((await ask("GET", "/things/7?colour=red&other=ignored")).text)).toEqual({
      id: 7,
      limit: 5,
      colour: "red",
    });
  });

  test("answers below /api, too", async () => {
    expect((await ask("GET", "/api/things/7")).status).toBe(200);
  });

  test("answers HEAD like GET, without a body", async () => {
    const { status, headers, text } = await ask("HEAD", "/things/7");
    expect([status, text, Number(headers.get("content-length")) > 0]).toEqual([200, "", true]);
  });

  test("answers 405 with the methods that a path has", async () => {
    const { status, headers, text } = await ask("POST", "/things/7");
    expect([status, headers.get("allow")]).toEqual([405, "GET, DELETE, HEAD, OPTIONS"]);
    expect(JSON.parse(text)).toMatchObject({ title: "Method not allowed" });
  });

  test("answers OPTIONS with the methods of a path", async () => {
    const { status, headers } = await ask("OPTIONS", "/things/7");
    expect([status, headers.get("allow")]).toEqual([204, "GET, DELETE, HEAD, OPTIONS"]);
  });

  test.each([
    ["/things/%ff", 400, "The path has a broken % escape."],
    ["/things/abc", 400, '`id` must be a whole number from 0 to 99; got "abc".'],
    ["/things/7?limit=0", 400, '`limit` must be a whole number from 1 to 10; got "0".'],
    ["/nothing", 404, "There is nothing at GET /nothing."],
  ])("answers %s with a %d that says why", async (path, status, detail) => {
    const answer = await ask("GET", path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json; charset=utf-8",
    ]);
    expect(JSON.parse(answer.text)).toMatchObject({ detail });
  });

  test("sets the security headers on every answer, errors among them", async () => {
    for (const path of ["/things/7", "/nothing"]) {
      expect((await ask("GET", path)).headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("refuses two functions for one route at the start", () => {
    const twice = [...functions, ...functions].map((each) => requestRoute(each, {} as never));
    const guard = createGuard({ appApiToken: undefined, operatorToken: undefined, allowedHosts: [] });
    expect(() => createDispatcher({ routes: twice, guard, log: silentLog })).toThrow(
      "Two functions answer GET /things/:id",
    );
  });
});
