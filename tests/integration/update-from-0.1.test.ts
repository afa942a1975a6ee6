import { jest } from "@jest/globals";
import { Client } from "pg";
import { createClient } from "redis";
import { z } from "zod";
import { type System, startSystem } from "../../scripts/local/system.ts";
import { waitFor } from "../../scripts/local/wait-for.ts";

jest.setTimeout(180_000);

/** The tables as version 0.1 made them. */
const tablesOf01 = `
  CREATE TABLE entries (
    id uuid PRIMARY KEY,
    number bigint NOT NULL,
    submitted_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE
  );
  CREATE INDEX entries_number ON entries (number, id DESC);
  CREATE TABLE dead_letters (
    id text PRIMARY KEY, topic text NOT NULL, consumer text NOT NULL, reason text NOT NULL, data text NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now(), replayed_at timestamptz
  );`;

/** The shapes that version 0.1 accepts; a replica of it refuses anything else. */
const Submission = z.object({ id: z.uuid(), index: z.int().min(0), submittedAt: z.iso.datetime() });
const Value = z.object({
  index: z.int().min(0),
  digits: z.int().min(1),
  value: z.string().optional(),
  head: z.string().optional(),
  tail: z.string().optional(),
  calculatedAt: z.string(),
  calculatedBy: z.string(),
  milliseconds: z.number().min(0),
});
const shapesOf01: Record<string, z.ZodType> = {
  submitted: z.object({ submissions: z.array(Submission).min(1).max(500) }),
  calculated: z.object({ values: z.array(Value).min(1) }),
  recorded: z.object({ entries: z.array(Submission).min(1) }),
};

const id = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const entered = "2026-01-01T00:00:00.000Z";
const json = { "content-type": "application/json" };

/** A rolling update from version 0.1: its data is there, and its replicas still work beside the new ones. */
describe("An update from version 0.1", () => {
  let system: System;
  let postgres: Client;
  let redis: ReturnType<typeof createClient>;
  let api: string;

  beforeAll(async () => {
    system = await startSystem({ replicas: { api: 0, calculator: 0 }, say: () => {} });
    const { host, port, user, password, database } = system.postgres;
    postgres = new Client({ host, port, user, password, database });
    await postgres.connect();
    await postgres.query(tablesOf01);
    await postgres.query("INSERT INTO entries (id, number, submitted_at) VALUES ($1, 50, $2), ($3, 51, $2)", [
      id(1),
      entered,
      id(2),
    ]);
    await postgres.query(
      "INSERT INTO dead_letters (id, topic, consumer, reason, data) VALUES ('e1', 'submitted', 'api/record', 'bad', '{\"a\":1}')",
    );
    redis = createClient({ url: `redis://${system.redis.host}:${system.redis.port}` });
    await redis.connect();
    // Two new replicas migrate at the same time.
    const replicas = await Promise.all([system.add("api"), system.add("api"), system.add("calculator")]);
    api = replicas[0].app.url;
  });
  afterAll(async () => {
    await redis?.close();
    await postgres?.end();
    await system?.stop();
  });

  const get = async (path: string) => (await fetch(api + path)).json();

  test("runs every migration once, though several replicas start together", async () => {
    const { rows } = await postgres.query("SELECT number FROM migrations ORDER BY number");
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test("keeps the history and the dead letters", async () => {
    const all = await get("/values/all");
    expect(all.map(({ id }: { id: string }) => id).sort()).toEqual([id(1), id(2)]);
    expect((await get("/dead-letters")).deadLetters).toMatchObject([
      { id: "e1", eventId: "e1", component: "pubsub", topic: "submitted", data: { a: 1 } },
    ]);
  });

  test("knows the indexes that were entered before", async () => {
    await waitFor(
      "the values of the old entries",
      async () => (await get("/values/current"))["51"] === "20365011074",
      {
        deadlineMs: 60_000,
      },
    );
  });

  test("goes on counting what replicas of 0.1 record", async () => {
    await postgres.query(
      "INSERT INTO entries (id, number, submitted_at) VALUES ($1, 52, now()) ON CONFLICT (id) DO NOTHING",
      [id(3)],
    );
    expect(Object.keys(await get("/values/current"))).toContain("52");
  });

  test("handles events of 0.1, which name no version", async () => {
    const submissions = [{ id: id(4), index: 53, submittedAt: entered }];
    const event = {
      id: "event-of-0.1",
      source: "api",
      type: "com.dapr.event.sent",
      specversion: "1.0",
      datacontenttype: "application/json",
      data: { submissions },
    };
    await redis.xAdd("submitted", "*", {
      data: JSON.stringify({ ...event, topic: "submitted", pubsubname: "pubsub" }),
    });
    await waitFor("its entry and value", async () => {
      const { entries } = await get("/entries?index=53");
      return entries.length === 1 && (await fetch(`${api}/values/53`)).status === 200;
    });
    expect((await get("/dead-letters")).deadLetters).toHaveLength(1);
  });

  test("reads values that 0.1 stored", async () => {
    const value = {
      index: 54,
      digits: 11,
      value: "86267571272",
      calculatedAt: entered,
      calculatedBy: "old",
      milliseconds: 1,
    };
    await redis.hSet("fib||value:54", { data: JSON.stringify(value), version: "1" });
    expect(await get("/values/54")).toMatchObject({
      status: "calculated",
      digitCount: 11,
      value: "86267571272",
    });
  });

  test("publishes events and stores values that replicas of 0.1 can read", async () => {
    await fetch(`${api}/values`, { method: "POST", body: '{"index":55}', headers: json });
    await waitFor("the value", async () => (await fetch(`${api}/values/55`)).status === 200);
    for (const [topic, shape] of Object.entries(shapesOf01)) {
      const events = await waitFor(`an event on ${topic}`, async () => {
        const found = await redis.xRange(topic, "-", "+");
        return found && found.length > 0 ? found : undefined;
      });
      for (const { message } of events) expect(shape.parse(JSON.parse(message.data!).data)).toBeDefined();
    }
    expect(Value.parse(JSON.parse((await redis.hGet("fib||value:55", "data"))!))).toMatchObject({
      index: 55,
      digits: 12,
    });
  });
});
