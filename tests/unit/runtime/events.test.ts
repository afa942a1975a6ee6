import { z } from "zod";
import { deliveryHandler, mostAttempts, subscriptions } from "../../../apps/shared/runtime/events.ts";
import { type EventContext, onEvent, Retry } from "../../../apps/shared/runtime/functions.ts";
import { silentLog } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";
import { serving } from "./serving.ts";

type Handle = (data: { index: number }, context: EventContext) => Promise<void>;

/** An app with one event function, and what it answers to deliveries of an event. */
async function deliver(
  handle: Handle,
  deliveries: unknown[],
  { deadLetterTopic = "dead", sidecar = new MemorySidecar(), stopping = false } = {},
) {
  const each = onEvent({
    name: "each",
    component: "pubsub",
    topic: "things",
    ...(deadLetterTopic ? { deadLetterTopic } : {}),
    data: z.object({ index: z.int() }),
    handle,
  });
  const signal = stopping ? AbortSignal.abort() : new AbortController().signal;
  const take = deliveryHandler([each], { appId: "app", sidecar, log: silentLog, stopping: signal });
  const statuses = await serving(
    (...call) => void take(...call),
    async (url) => {
      const heard: string[] = [];
      for (const body of deliveries) {
        const text = typeof body === "string" ? body : JSON.stringify(body);
        const response = await fetch(`${url}/subscriptions/each`, { method: "POST", body: text });
        heard.push(
          response.ok ? ((await response.json()) as { status: string }).status : String(response.status),
        );
      }
      return heard;
    },
  );
  return { statuses, letters: sidecar.on("dead") as { id: string; reason: string; data: unknown }[] };
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
      { id: "event-1", topic: "things", consumer: "app/each", reason: "Error: a bug", data: { index: 1 } },
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

  test("gives an event up only when the dead letter is stored: until then it comes again", async () => {
    const sidecar = new MemorySidecar();
    sidecar.broken.add("publish");
    const { statuses } = await deliver(async () => {}, [event("poison")], { sidecar });
    expect(statuses).toEqual(["RETRY"]);
  });

  test("may give up a part, and handles the rest", async () => {
    const { statuses, letters } = await deliver(async (_data, { giveUp }) => giveUp([7], "too high"), [good]);
    expect(statuses).toEqual(["SUCCESS"]);
    expect(letters).toMatchObject([{ id: "event-1", reason: "too high", data: [7] }]);
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
    const { statuses, letters } = await deliver(async () => {}, [event("poison")], {
      deadLetterTopic: "",
    });
    expect({ statuses, letters }).toEqual({ statuses: ["SUCCESS"], letters: [] });
  });
});

test("The sidecar is told of every event function: where, what, and where dead letters go", () => {
  const shared = { component: "pubsub", topic: "things", data: z.any(), handle: async () => {} };
  const functions = [
    onEvent({ ...shared, name: "one", deadLetterTopic: "dead" }),
    onEvent({ ...shared, name: "two", raw: true }),
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
