import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { call, get, post } from "../support/client.ts";
import { slowFibonacci } from "../support/slow-fibonacci.ts";

describe("The job, through the invoke endpoint of a real sidecar", () => {
  let system: System;
  let url: string;

  beforeAll(async () => {
    system = await startSystem();
    url = system.invokeUrl;
  }, 600_000);
  afterAll(() => system?.stop(), 60_000);

  const untilCalculated = (index: number) =>
    waitFor(`the value of ${index}`, async () => {
      const { status, body } = await get(`${url}/values/${index}`);
      return status === 200 ? body : undefined;
    });

  test("an index is accepted, and soon its exact value is there", async () => {
    const accepted = await post(`${url}/values`, { index: 40 });
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ index: 40, status: "accepted" });
    expect(await untilCalculated(40)).toMatchObject({
      status: "calculated",
      index: 40,
      value: "102334155",
      digits: 9,
    });
  });

  test("a value with more than a thousand digits is summarised, and comes whole as text", async () => {
    await post(`${url}/values`, { index: 30_000 });
    const exact = String(slowFibonacci(30_000)[30_000]);
    const value = await untilCalculated(30_000);
    expect(value).toMatchObject({ digits: exact.length, head: exact.slice(0, 50), tail: exact.slice(-50) });
    expect(value.value).toBeUndefined();
    const digits = await get(`${url}/values/30000/digits`);
    expect(digits.type).toMatch("text/plain");
    expect(digits.text === exact).toBe(true);
    const part = await get(`${system.apiUrl}/values/30000/digits`, { range: "bytes=100-109" });
    expect([part.status, part.text]).toEqual([206, exact.slice(100, 110)]);
  });

  test("calculations that need a thread come one after the other, and at the same time", async () => {
    const indexes = [1_000_000, 999_999, 999_998, 999_997];
    for (const index of indexes.slice(0, 2)) {
      await post(`${url}/values`, { index });
      await untilCalculated(index);
    }
    await Promise.all(indexes.slice(2).map((index) => post(`${url}/values`, { index })));
    const [all, one, two] = await Promise.all([0, 1, 2].map((at) => untilCalculated(indexes[at] as number)));
    // F(n) = F(n − 1) + F(n − 2), by the last fifteen digits.
    const last = ({ tail }: { tail: string }) => BigInt(tail.slice(-15));
    expect(last(all)).toBe((last(one) + last(two)) % 10n ** 15n);
    await untilCalculated(999_997);
  });

  test("five hundred mixed submissions at once are all in the history, and all exact", async () => {
    const before = (await get(`${url}/values/all`)).body.length;
    const exact = slowFibonacci(2_000);
    // Half of them repeats of a few indexes, so that repeats meet while they are calculated.
    const indexes = Array.from({ length: 500 }, (_, at) => (at % 2 ? at % 7 : (at * 37) % 2_000));
    const answers = await Promise.all(indexes.map((index) => post(`${url}/values`, { index })));
    expect(answers.map(({ status }) => status)).toEqual(Array(500).fill(202));
    const ids = new Map(answers.map(({ body }) => [body.id, body.index]));
    expect(ids.size).toBe(500);

    const history = await waitFor("all entries in the history", async () => {
      const { body } = await get(`${url}/values/all`);
      return body.length >= before + 500 ? body : undefined;
    });
    expect(history).toHaveLength(before + 500);
    for (const { id, number } of history) if (ids.has(id)) expect(number).toBe(ids.get(id));
    expect(history.filter(({ id }: { id: string }) => ids.has(id))).toHaveLength(500);

    const current = await waitFor("all values", async () => {
      const { body } = await get(`${url}/values/current`);
      return Object.values(body).includes("Nothing yet!") ? undefined : body;
    });
    for (const index of indexes) expect(current[index]).toBe(String(exact[index]));
  });

  test("the history is paged, newest first, by a cursor that new entries do not move", async () => {
    const first = (await get(`${url}/entries?limit=3`)).body;
    await post(`${url}/values`, { index: 5 });
    const second = (await get(`${url}/entries?limit=3&before=${first.next}`)).body;
    const ids = [...first.entries, ...second.entries].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(6);
    expect(ids).toEqual([...ids].sort().reverse());
    const ofSeven = (await get(`${url}/entries?index=40`)).body;
    expect(ofSeven.entries.map(({ number }: { number: number }) => number)).toEqual([40]);
    expect(ofSeven.next).toBeNull();
  });

  test("an index that was entered again is answered from Redis, not calculated again", async () => {
    const { calculatedAt } = (await get(`${url}/values/40`)).body;
    const { body } = await post(`${url}/values`, { index: 40 });
    await waitFor("the second entry", async () => {
      const { entries } = (await get(`${url}/entries?index=40`)).body;
      return entries.some(({ id }: { id: string }) => id === body.id);
    });
    expect((await get(`${url}/values/40`)).body.calculatedAt).toBe(calculatedAt);
  });

  test("an open page hears of entries and values as they come", async () => {
    const gone = new AbortController();
    const stream = await fetch(`${system.apiUrl}/events`, { signal: gone.signal });
    expect(stream.headers.get("content-type")).toMatch("text/event-stream");
    const { body } = await post(`${url}/values`, { index: 1_234 });
    let heard = "";
    for await (const part of stream.body!.pipeThrough(new TextDecoderStream())) {
      heard += part;
      if (heard.includes(body.id) && heard.includes('"index":1234,"digits":258')) break;
    }
    gone.abort();
    expect(heard).toMatch(/^event: recorded$/m);
    expect(heard).toMatch(/^event: calculated$/m);
  });

  test("both apps are alive and ready, and say so", async () => {
    for (const { app } of [...system.api, ...system.calculator]) {
      expect((await get(`${app.url}/healthz`)).status).toBe(200);
      expect((await get(`${app.url}/readyz`)).status).toBe(200);
    }
  });

  describe("what is no index is refused with problem+json, and nothing is stored", () => {
    let before: number;
    beforeAll(async () => {
      before = (await get(`${url}/values/all`)).body.length;
    });
    afterAll(async () => {
      expect((await get(`${url}/values/all`)).body).toHaveLength(before);
    });

    test.each([
      '{"index":-5}',
      '{"index":1.5}',
      '{"index":"abc"}',
      '{"index":"1e9"}',
      '{"index":null}',
      '{"index":[]}',
      "null",
      "[]",
      "5",
      '"40"',
      "{}",
      "",
      "{broken",
      '{"index":true}',
      `{"index":40,"more":"${"x".repeat(2_000_000)}"}`,
    ])("400 for %.40s", async (body) => {
      const answer = await post(`${url}/values`, body);
      expect([answer.status, answer.type]).toEqual([400, "application/problem+json; charset=utf-8"]);
      expect(answer.body).toMatchObject({ status: 400, title: "Bad request" });
      expect(answer.body.detail.length).toBeGreaterThan(10);
    });

    test.each([1_000_001, "1000001", 1e9])("422 for %p, above the limit", async (index) => {
      const answer = await post(`${url}/values`, { index });
      expect(answer.status).toBe(422);
      expect(answer.body.title).toBe("Index too high");
    });

    test.each([
      ["GET", "/values/abc", 400],
      ["GET", "/values/1000001", 422],
      ["GET", "/values/777777", 404],
      ["GET", "/values/777777/digits", 404],
      ["GET", "/entries?limit=0", 400],
      ["GET", "/entries?before=x", 400],
      ["GET", "/nothing", 404],
      ["POST", "/dead-letters/none/replay", 404],
    ])("%s %s is %d", async (method, path, status) => {
      const answer = await call(`${url}${path}`, { method });
      expect([answer.status, answer.type]).toEqual([status, "application/problem+json; charset=utf-8"]);
    });
  });

  test("an event that cannot be handled is a dead letter of each consumer, and can be replayed", async () => {
    const publish = `${url.replace(/invoke.*/, "")}publish/pubsub/submitted`;
    expect((await post(publish, { hello: "stranger" })).status).toBe(204);
    // One of each consumer: one may succeed where the other cannot.
    const letters = await waitFor("the dead letters of both consumers", async () => {
      const { body } = await get(`${url}/dead-letters`);
      return body.total === 2 ? body.deadLetters : undefined;
    });
    expect(letters.map(({ consumer }: { consumer: string }) => consumer).sort()).toEqual([
      "api/record",
      "calculator/calculate",
    ]);
    expect(letters[0]).toMatchObject({ topic: "submitted", data: { hello: "stranger" }, replayedAt: null });
    expect((await call(`${url}/dead-letters/replay`, { method: "POST" })).body).toEqual({ replayed: 1 });
    // It is no better than before: it fails again, and makes new letters.
    await waitFor(
      "the dead letters of the replayed event",
      async () => (await get(`${url}/dead-letters`)).body.deadLetters.length === 4,
    );
  });
});
