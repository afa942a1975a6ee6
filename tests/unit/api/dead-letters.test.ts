import type { Api } from "../../../apps/api/api.ts";
import { readLetter } from "../../../apps/api/functions/keep-dead-letter.ts";
import replayDeadLetter from "../../../apps/api/functions/replay-dead-letter.ts";
import replayDeadLetters from "../../../apps/api/functions/replay-dead-letters.ts";
import { submitted } from "../../../apps/shared/contracts/events.ts";
import { eventContext, request } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

describe("A dead letter", () => {
  test("that a function wrote is read as it is", () => {
    const letter = {
      id: "l1",
      eventId: "e1",
      component: "pubsub",
      topic: "submitted",
      consumer: "api/record",
      reason: "bad",
      data: { a: 1 },
    };
    expect(readLetter(bytes({ id: "of the letter's own event", data: letter }))).toEqual(letter);
  });

  test("of version 0.1, named by its event alone, is named by its consumer and data, too", () => {
    const old = { id: "e1", topic: "submitted", consumer: "api/record", reason: "bad", data: { a: 1 } };
    const [one, other, part] = [
      old,
      { ...old, consumer: "calculator/calculate" },
      { ...old, data: { a: 2 } },
    ].map((data) => readLetter(bytes({ id: "x", data })));
    expect(one).toMatchObject({ ...old, id: expect.any(String), eventId: "e1" });
    expect(new Set([one!.id, other!.id, part!.id]).size).toBe(3);
  });

  test("that the sidecar wrote keeps the event's id, topic and data", () => {
    const letter = readLetter(bytes({ id: "e2", data: { submissions: [] } }));
    expect(letter).toMatchObject({
      eventId: "e2",
      topic: "submitted",
      consumer: "sidecar",
      data: { submissions: [] },
    });
  });

  test.each(["garbage", '"a string"', "null", "7", "[]", '{"no":"id"}'])(
    "of no event at all is kept as it is: %p",
    (text) => {
      const letter = readLetter(bytes(text));
      const data = text === "garbage" ? text : JSON.parse(text);
      expect(letter).toMatchObject({ consumer: "sidecar", data });
      expect(readLetter(bytes(text)).id).toBe(letter.id);
    },
  );
});

describe("Replaying", () => {
  const row = (id: string, data: unknown) => ({
    id,
    eventId: id,
    component: submitted.component,
    topic: submitted.name,
    type: null,
    consumer: "",
    reason: "",
    data,
    diedAt: "",
    replayedAt: null,
  });

  function setUp(rows: ReturnType<typeof row>[]) {
    const sidecar = new MemorySidecar();
    const marked: string[] = [];
    const deadLetters = {
      find: async (id: string) => rows.find((each) => each.id === id),
      waiting: async () => rows,
      markReplayed: async (ids: string[]) => void marked.push(...ids),
    };
    const api = { sidecar, deadLetters } as unknown as Api;
    return { sidecar, marked, replay: replayDeadLetters(api), replayOne: replayDeadLetter(api) };
  }

  test("publishes each event on the topic that it came from", async () => {
    const { sidecar, marked, replay } = setUp([row("1", { a: 1 }), row("2", { b: 2 })]);
    const reply = await replay.handle(request(), eventContext().context);
    expect(reply.body).toEqual({ replayed: 2 });
    expect(sidecar.on(submitted)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(marked).toEqual(["1", "2"]);
  });

  test("publishes one when one is named", async () => {
    const { sidecar, replayOne } = setUp([row("1", { a: 1 }), row("2", { b: 2 })]);
    await replayOne.handle(request({ params: { id: "2" } }), eventContext().context);
    expect(sidecar.on(submitted)).toEqual([{ b: 2 }]);
  });

  test("of a letter that is not there is 404", async () => {
    const { replayOne } = setUp([]);
    await expect(
      replayOne.handle(request({ params: { id: "2" } }), eventContext().context),
    ).rejects.toMatchObject({
      status: 404,
    });
  });

  test("publishes on no topic but those of ours, whatever a letter names", async () => {
    const letters = ["../../bindings/entries", "calculated", "submitted-dead"].map((topic, at) => ({
      ...row(String(at), { sql: "DROP TABLE entries" }),
      topic,
    }));
    const { sidecar, marked, replay } = setUp(letters);
    expect((await replay.handle(request(), eventContext().context)).body).toEqual({ replayed: 0 });
    expect([sidecar.published, marked]).toEqual([[], []]);
  });

  test("publishes an event once that two consumers dead-lettered, and marks both letters", async () => {
    const { sidecar, marked, replay } = setUp([
      { ...row("1", { a: 1 }), eventId: "e", consumer: "api/record" },
      { ...row("2", { a: 1 }), eventId: "e", consumer: "calculator/calculate" },
    ]);
    expect((await replay.handle(request(), eventContext().context)).body).toEqual({ replayed: 1 });
    expect(sidecar.on(submitted)).toEqual([{ a: 1 }]);
    expect(marked).toEqual(["1", "2"]);
  });

  test("leaves alone what was never an event", async () => {
    const { marked, replay } = setUp([row("1", "garbage")]);
    const reply = await replay.handle(request(), eventContext().context);
    expect(reply.body).toEqual({ replayed: 0 });
    expect(marked).toEqual([]);
  });
});
