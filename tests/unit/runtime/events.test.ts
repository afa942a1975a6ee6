import { z } from "zod";
import { createDispatcher } from "../../../apps/shared/runtime/dispatcher.ts";
import { eventRoute, mostAttempts, subscriptions } from "../../../apps/shared/runtime/event-route.ts";
import { type EventContext, onEvent, Retry } from "../../../apps/shared/runtime/functions.ts";
import { createGuard } from "../../../apps/shared/runtime/guard.ts";
import { topic } from "../../../apps/shared/runtime/topic.ts";
import { silentLog } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";
import { serving } from "./serving.ts";

type Handle = (data: { index: number }, context: EventContext) => Promise<void>;

const Thing = z.object({ index: z.int() });

/** An app with one event function, and what it answers to deliveries of an event. */
async function deliver(
  handle: Handle,
  deliveries: unknown[],
  {
    things = topic({ component: "pubsub", name: "things", data: Thing, deadLetterTopic: "dead" }),
    sidecar = new MemorySidecar(),
    stopping = false,
  } = {},
) {
  const each = onEvent({ name: "each", topic: things, handle });
  const app = {
    log: silentLog,
    stopping: stopping ? AbortSignal.abort() : new AbortController().signal,
    daprClient: () => Promise.reject(new Error("not used here")),
  };
  const dispatch = createDispatcher({
    routes: [eventRoute(each, { appId: "app", sidecar, app })],
    guard: createGuard({ appApiToken: undefined, operatorToken: undefined, allowedHosts: [] }),
    log: silentLog,
  });
  const statuses = await serving(dispatch, async (url) => {
    const heard: string[] = [];
    for (const body of deliveries) {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const response = await fetch(`${url}/subscriptions/each`, { method: "POST", body: text });
      heard.push(
        response.ok ? ((await response.json()) as { status: string }).status : String(response.status),
      );
    }
    return heard;
  });
  return {
    statuses,
    letters: sidecar.on({ name: "dead" }) as { id: string; reason: string; data: unknown }[],
  };
}

const event = (data: unknown, id = "event-1") => ({ id, topic: "things", data });
const good = event({ index: 1 });

describe("An event function", () => {
  test("that returns acknowledges the event", async () => {
    const { statuses, letters } = await deliver(async () => {}, [good]);
    expect({ statuses, letters }).toEqual({ statuses: ["SUCCESS"], letters: [] });
  });

  test("that throws Retry gets the event again without end, and never as a dead letter", async () => {
    const again = async () => {
      throw new Retry("Postgres is away");
    };
    const { statuses, letters } = await deliver(again, Array(3 * mostAttempts).fill(good));
    expect(new Set(statuses)).toEqual(new Set(["RETRY"]));
    expect(letters).toEqual([]);
  });

  test("that throws anything else gets the event a few times, then it is a dead letter with all its data", async () => {
    const fails = async () => {
      throw new Error("a bug");
    };
    const { statuses, letters } = await deliver(fails, Array(mostAttempts).fill(good));
    expect(statuses).toEqual([...Array(mostAttempts - 1).fill("RETRY"), "SUCCESS"]);
    expect(letters).toEqual([
      {
        id: expect.any(String),
        eventId: "event-1",
        component: "pubsub",
        topic: "things",
        consumer: "app/each",
        reason: "Error: a bug",
        data: { index: 1 },
      },
    ]);
  });

  test("that fails now and then is not held against it for ever: a success begins the count anew", async () => {
    let count = 0;
    const sometimes = async () => {
      count += 1;
      if (count % mostAttempts !== 0) throw new Error("a bug");
    };
    const { letters } = await deliver(sometimes, Array(3 * mostAttempts).fill(good));
    expect(letters).toEqual([]);
  });

  test.each([
    ["data of another shape", event({ number: 1 }), { number: 1 }],
    ["no data", { id: "event-1" }, null],
    ["bytes", { id: "event-1", data_base64: "AAE=" }, "AAE="],
    ["what is no CloudEvent", { index: 1 }, { index: 1 }],
    ["a number", 5, 5],
    ["null", "null", null],
    ["text that is not JSON", "{broken", null],
  ])("never sees %s: it is a dead letter at once", async (_name, body, data) => {
    let seen = 0;
    const { statuses, letters } = await deliver(async () => {
      seen += 1;
    }, [body]);
    expect({ seen, statuses, data: letters.map((letter) => letter.data) }).toEqual({
      seen: 0,
      statuses: ["SUCCESS"],
      data: [data],
    });
  });

  test("dead-letters an event only when the letter is stored: until then it is delivered again", async () => {
    const sidecar = new MemorySidecar();
    sidecar.broken.add("publish");
    const { statuses } = await deliver(async () => {}, [event("poison")], { sidecar });
    expect(statuses).toEqual(["RETRY"]);
  });

  test("can dead-letter a part, and handle the rest", async () => {
    const { statuses, letters } = await deliver(
      async (_data, { deadLetter }) => deadLetter([7], "too high"),
      [good],
    );
    expect(statuses).toEqual(["SUCCESS"]);
    expect(letters).toMatchObject([{ eventId: "event-1", reason: "too high", data: [7] }]);
  });

  test("that is interrupted by a stop is not blamed", async () => {
    const cancelled = async () => {
      throw new Error("cancelled");
    };
    const { statuses, letters } = await deliver(cancelled, Array(2 * mostAttempts).fill(good), {
      stopping: true,
    });
    expect(new Set(statuses)).toEqual(new Set(["RETRY"]));
    expect(letters).toEqual([]);
  });

  test("keeps of what is far too large only the beginning, so that the letter can be stored", async () => {
    const { statuses, letters } = await deliver(async () => {}, [event("x".repeat(5_000_000))]);
    expect(statuses).toEqual(["SUCCESS"]);
    expect(JSON.stringify(letters).length).toBeLessThan(10_000);
  });

  test("without a dead-letter topic drops what cannot be handled", async () => {
    const things = topic({ component: "pubsub", name: "things", data: Thing });
    const { statuses, letters } = await deliver(async () => {}, [event("poison")], { things });
    expect({ statuses, letters }).toEqual({ statuses: ["SUCCESS"], letters: [] });
  });
});

describe("Dead letters", () => {
  const poison = event({ index: "not a number" });

  test("of a redelivered event are one letter; of other data of the same event, others", async () => {
    const { letters } = await deliver(async () => {}, [poison, poison, event("other data")]);
    expect(new Set(letters.map(({ id }) => id)).size).toBe(2);
  });

  test("keep data that is nested too deeply as text, so that it can be stored", async () => {
    const { statuses, letters } = await deliver(async () => {}, [
      `{"id":"deep","data":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
    ]);
    expect(statuses).toEqual(["SUCCESS"]);
    expect(letters[0]?.data).toMatch(/^nested too deeply/);
  });
});

describe("An event of another version", () => {
  const second = topic({
    component: "pubsub",
    name: "things",
    version: 2,
    data: z.object({ index: z.int(), colour: z.string() }),
    upcast: { 1: (data: { index: number }) => ({ ...data, colour: "none" }) },
    deadLetterTopic: "dead",
  });
  const typed = (version: number, data: object, id = `v${version}`) => ({
    ...event(data, id),
    type: `things.v${version}`,
  });

  /** What the handler of the topic's second version is given. */
  async function handled(deliveries: unknown[]) {
    const seen: unknown[] = [];
    const handle = async (data: unknown) => void seen.push(data);
    return { ...(await deliver(handle as Handle, deliveries, { things: second as never })), seen };
  }

  test("that is older is made the current one: without a type it is version 1", async () => {
    const { seen, letters } = await handled([
      good,
      { ...event({ index: 2 }, "of-the-sidecar"), type: "com.dapr.event.sent" },
      typed(1, { index: 3 }),
      typed(2, { index: 4, colour: "red" }),
    ]);
    expect(letters).toEqual([]);
    expect(seen).toEqual([
      { index: 1, colour: "none" },
      { index: 2, colour: "none" },
      { index: 3, colour: "none" },
      { index: 4, colour: "red" },
    ]);
  });

  test("that is newer is left for a newer replica, but never holds up more than a few workers", async () => {
    const newer = Array.from({ length: 6 }, (_, at) => typed(3, { index: at }, `newer-${at}`));
    const { statuses, letters } = await handled([...newer, newer[0]]);
    expect(statuses).toEqual(["RETRY", "RETRY", "RETRY", "RETRY", "SUCCESS", "SUCCESS", "RETRY"]);
    expect(letters.map(({ data }) => data)).toEqual([{ index: 4 }, { index: 5 }]);
  });

  test("that cannot be upcast is a dead letter with the data as it came", async () => {
    const { letters } = await handled([event({ index: "x" })]);
    expect(letters).toMatchObject([{ data: { index: "x" } }]);
  });

  test("has to be readable: a topic without an upcast for an older version is refused at the start", () => {
    expect(() =>
      topic({ component: "pubsub", name: "things", version: 3, data: Thing, upcast: { 1: (data) => data } }),
    ).toThrow("upcast[2]");
  });
});

test("The sidecar is told of every event function: where, what, and where dead letters go", () => {
  const shared = { component: "pubsub", name: "things", data: z.any() };
  const handle = async () => {};
  const functions = [
    onEvent({ name: "one", topic: topic({ ...shared, deadLetterTopic: "dead" }), handle }),
    onEvent({ name: "two", topic: topic({ ...shared, raw: true }), handle }),
  ];
  expect(subscriptions(functions)).toEqual([
    {
      pubsubname: "pubsub",
      topic: "things",
      route: "/subscriptions/one",
      deadLetterTopic: "dead",
      metadata: { rawPayload: "false" },
    },
    { pubsubname: "pubsub", topic: "things", route: "/subscriptions/two", metadata: { rawPayload: "true" } },
  ]);
});
