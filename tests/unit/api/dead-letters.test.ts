import { readLetter } from "../../../apps/api/functions/keep-dead-letter.ts";
import { replayDeadLetters } from "../../../apps/api/functions/replay-dead-letters.ts";
import { topics } from "../../../apps/shared/contracts/names.ts";
import { eventContext, request } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

describe("A dead letter", () => {
  test("that a function wrote is read as it is", () => {
    const letter = { id: "e1", topic: "submitted", consumer: "api/record", reason: "bad", data: { a: 1 } };
    expect(readLetter(bytes({ id: "of the letter's own event", data: letter }))).toEqual(letter);
  });

  test("that the sidecar gave up keeps its id and its data", () => {
    const letter = readLetter(bytes({ id: "e2", data: { submissions: [] } }));
    expect(letter).toMatchObject({ id: "e2", consumer: "sidecar", data: { submissions: [] } });
  });

  test.each(["garbage", '"a string"', "null", "7", "[]", '{"no":"id"}'])(
    "of no event at all is kept as it is: %p",
    (text) => {
      const letter = readLetter(bytes(text));
      expect(letter).toMatchObject({ consumer: "sidecar", data: text });
      expect(readLetter(bytes(text)).id).toBe(letter.id);
    },
  );
});

describe("Replaying", () => {
  const row = (id: string, data: unknown) => ({
    id,
    topic: topics.submitted,
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
    return { sidecar, marked, replay: replayDeadLetters(sidecar, deadLetters as never) };
  }

  test("publishes each event on the topic that it came from", async () => {
    const { sidecar, marked, replay } = setUp([row("1", { a: 1 }), row("2", { b: 2 })]);
    const reply = await replay.handle(request(), eventContext().context);
    expect(reply.body).toEqual({ replayed: 2 });
    expect(sidecar.on(topics.submitted)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(marked).toEqual(["1", "2"]);
  });

  test("publishes one when one is named", async () => {
    const { sidecar, replay } = setUp([row("1", { a: 1 }), row("2", { b: 2 })]);
    await replay.handle(request({ params: { id: "2" } }), eventContext().context);
    expect(sidecar.on(topics.submitted)).toEqual([{ b: 2 }]);
  });

  test("of a letter that is not there is 404", async () => {
    const { replay } = setUp([]);
    await expect(
      replay.handle(request({ params: { id: "2" } }), eventContext().context),
    ).rejects.toMatchObject({
      status: 404,
    });
  });

  test("leaves alone what was never an event", async () => {
    const { marked, replay } = setUp([row("1", "garbage")]);
    const reply = await replay.handle(request(), eventContext().context);
    expect(reply.body).toEqual({ replayed: 0 });
    expect(marked).toEqual([]);
  });
});
