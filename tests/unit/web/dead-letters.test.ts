import type { DeadLetterPage, DeadLetterRow } from "../../../apps/shared/contracts/http.ts";
import { DeadLettersModel } from "../../../apps/web/models/deadLetters.ts";
import { controlled, noOperator, settle } from "./support.ts";

const letter = (id: string): DeadLetterRow => ({
  id,
  eventId: id,
  component: "pubsub",
  topic: "submitted",
  consumer: "api/record",
  reason: "submissions: expected array",
  data: {},
  diedAt: "2026-01-01T00:00:00.000Z",
  replayedAt: null,
});

function setUp() {
  const list = controlled<[], DeadLetterPage>();
  const replay = controlled<[id: string], { replayed: number }>();
  const replayAll = controlled<[], { replayed: number }>();
  const model = new DeadLettersModel(
    {
      deadLetters: list.call,
      replay: replay.call,
      replayAll: replayAll.call,
    },
    noOperator,
  );
  return { model, lists: list.calls, replays: replay.calls, all: replayAll.calls };
}

describe("Dead letters on the page", () => {
  test("a refresh shows them, and an unchanged list is not redrawn", async () => {
    const { model, lists } = setUp();
    void model.refresh();
    lists[0]!.resolve({ deadLetters: [letter("a")], total: 3 });
    await settle();
    const before = model.rows.value;
    expect(model.total.value).toBe(3);
    void model.refresh();
    lists[1]!.resolve({ deadLetters: [letter("a")], total: 4 });
    await settle();
    expect(model.rows.value).toBe(before);
    expect(model.total.value).toBe(4);
  });

  test("a failed refresh keeps the rows", async () => {
    const { model, lists } = setUp();
    void model.refresh();
    lists[0]!.resolve({ deadLetters: [letter("a")], total: 1 });
    await settle();
    void model.refresh();
    lists[1]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(model.rows.value).toHaveLength(1);
  });

  test("a replay is busy until it is done, reports its outcome, and reads the list again", async () => {
    const { model, lists, replays } = setUp();
    void model.replay("a");
    expect(model.replaying.value).toBe("a");
    replays[0]!.resolve({ replayed: 1 });
    await settle();
    expect(model.replaying.value).toBeNull();
    expect(model.outcome.value).toBe("1 event was published again.");
    expect(lists).toHaveLength(1);
  });

  test("a replay that fails says why", async () => {
    const { model, all } = setUp();
    void model.replayAll();
    all[0]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(model.outcome.value).toBe("Not replayed. The API is unreachable.");
    expect(model.replaying.value).toBeNull();
  });
});
