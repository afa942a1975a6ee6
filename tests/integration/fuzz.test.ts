import { jest } from "@jest/globals";
import fc from "fast-check";
import { Client } from "pg";
import { describeApi } from "../../apps/shared/runtime/openapi.ts";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { functionsOf } from "../support/functions-of.ts";

jest.setTimeout(240_000);

const upperLimit = 20_000;
const runs = Number(process.env.FUZZ_RUNS ?? 300);

const functions = await functionsOf("api", { UPPER_LIMIT: String(upperLimit) });
const description = describeApi(
  functions.filter((each) => each.kind === "request"),
  { title: "", version: "", description: "" },
);

/** Requests that nobody would think of, against the real API; FUZZ_RUNS asks for more of them. */
describe("The HTTP API keeps what its description says", () => {
  let system: System;
  let history: Client;
  beforeAll(async () => {
    const env = { UPPER_LIMIT: String(upperLimit), LOG_LEVEL: "silent" };
    system = await startSystem({ env: { api: env, calculator: env }, say: () => {} });
    const { host, port, user, password, database } = system.postgres;
    history = new Client({ host, port, user, password, database });
    await history.connect();
  });
  afterAll(async () => {
    await history?.end();
    await system?.stop();
  });

  type Answer = { status: number; headers: Headers; text: string };
  async function ask(method: string, path: string, body?: string): Promise<Answer> {
    const abort = new AbortController();
    const response = await fetch(system.apiUrl + path, {
      method,
      signal: abort.signal,
      ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
    });
    const { status, headers } = response;
    if (headers.get("content-type")?.startsWith("text/event-stream")) {
      abort.abort();
      return { status, headers, text: "" };
    }
    return { status, headers, text: await response.text() };
  }

  const entries = async () =>
    Number((await history.query<{ count: string }>("SELECT count(*) FROM entries")).rows[0]?.count);

  const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { responses: object }>).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      path,
      responses: responses as Record<string, { content?: Record<string, unknown> }>,
    })),
  );

  /** What an answer has to be, whatever was asked: described, of the described type, silent about the inside. */
  function check({ method, path, responses }: (typeof operations)[number], answer: Answer): void {
    const told = `${method} ${path} answered ${answer.status} ${answer.text.slice(0, 200)}`;
    const described = responses[answer.status];
    if (!described) throw new Error(`${told}, which is not described`);
    if (answer.status >= 500) throw new Error(told);
    const type = answer.headers.get("content-type")?.split(";")[0] ?? "none";
    if (!Object.keys(described.content ?? {}).includes(type)) throw new Error(`${told} as ${type}`);
    if (type.endsWith("json")) JSON.parse(answer.text);
    // What a sidecar has loaded is what the operator asks for there.
    if (path !== "/system/sidecar" && /\bat .+:\d+:\d+|node_modules|SQLSTATE|daprd|redis/i.test(answer.text))
      throw new Error(told);
    if (answer.headers.has("x-powered-by") || answer.headers.has("server")) throw new Error(told);
  }

  test("it describes every route, and each answers as described", async () => {
    const served = JSON.parse((await ask("GET", "/openapi.json")).text);
    expect(served.paths).toEqual(JSON.parse(JSON.stringify(description.paths)));
    for (const operation of operations) {
      const path = operation.path.replace("{index}", "40").replace("{id}", "none");
      const answer = await ask(operation.method, path);
      check(operation, answer);
    }
  });

  // Anything that can be in a path or a text, with a liking for what nearly is an index.
  const nearlyIndex = fc.oneof(
    fc.integer({ min: -3, max: upperLimit + 3 }).map(String),
    fc.constantFrom(
      "",
      "-0",
      "00",
      "1e3",
      "0x10",
      "1.0",
      " 1",
      "٣",
      "NaN",
      "9".repeat(1_500),
      "null",
      "\u0000",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const anyQuery = fc.dictionary(
    fc.oneof(fc.constantFrom("limit", "before", "index", "indexes", "download"), fc.string({ maxLength: 8 })),
    fc.oneof(nearlyIndex, fc.uuid(), fc.string({ unit: "binary", maxLength: 60 })),
    { maxKeys: 4 },
  );

  test("whatever is asked, the answer is a described one, and none is a 5xx", async () => {
    const quiet = operations.filter(
      ({ method, path }) => !(path === "/values" && method === "POST") && path !== "/dead-letters/replay",
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...quiet), nearlyIndex, anyQuery, async (operation, text, query) => {
        // A path that ends early is another path.
        fc.pre(!/^\.{0,2}$/.test(text));
        const place = escaped(text);
        const path = operation.path.replace(/\{\w+\}/, place);
        const pairs = Object.entries(query).map(([name, value]) => [name, value].map(escaped).join("="));
        check(operation, await ask(operation.method, `${path}?${pairs.join("&")}`));
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
  });

  test("what is refused changed nothing, and what is accepted is exactly that entry", async () => {
    const submit = operations.find(({ method, path }) => method === "POST" && path === "/values")!;
    const body = fc.oneof(
      nearlyIndex.map((index) => JSON.stringify({ index })),
      fc.integer({ min: -3, max: upperLimit + 3 }).map((index) => JSON.stringify({ index, more: index })),
      fc.double().map((index) => JSON.stringify({ index })),
      fc.json({ maxDepth: 3 }),
      fc.json({ maxDepth: 2 }).map((value) => `{"index":${value}}`),
      fc.string({ unit: "binary", maxLength: 60 }).map((text) => wellFormed(text)),
      fc.integer({ min: 15_000, max: 40_000 }).map((length) => `{"index":"${"1".repeat(length)}"}`),
    );
    const accepted = new Map<string, number>();
    const before = await entries();
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const answer = await ask("POST", "/values", text);
        check(submit, answer);
        if (answer.status !== 202) return;
        const { id, index, status } = JSON.parse(answer.text);
        expect({ status, valid: index >= 0 && index <= upperLimit }).toEqual({
          status: "accepted",
          valid: true,
        });
        expect(Number(JSON.parse(text).index)).toBe(index);
        accepted.set(id, index);
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
    const recorded = async () => (await entries()) - before >= accepted.size;
    await waitFor("the entries", recorded, { deadlineMs: 60_000 });
    expect((await entries()) - before).toBe(accepted.size);
    const { rows } = await history.query<{ id: string; number: string }>("SELECT id, number FROM entries");
    const there = new Map(rows.map(({ id, number }) => [id, Number(number)]));
    expect([...accepted].filter(([id, index]) => there.get(id) !== index)).toEqual([]);
  });
});

/** Without halves of surrogate pairs, which UTF-8 cannot say. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\ufffd");
const escaped = (text: string) => encodeURIComponent(wellFormed(text));
