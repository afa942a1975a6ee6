import type { Api } from "../../../apps/api/api.ts";
import { openDatabase } from "../../../apps/api/database.ts";
import { openEntries } from "../../../apps/api/entries.ts";
import record from "../../../apps/api/functions/record.ts";
import { openSubmissions } from "../../../apps/api/submissions.ts";
import { recorded } from "../../../apps/shared/contracts/events.ts";
import { Retry } from "../../../apps/shared/runtime/functions.ts";
import { eventContext, submission } from "../../support/contexts.ts";
import { MemorySidecar } from "../../support/memory-sidecar.ts";

function setUp() {
  const sidecar = new MemorySidecar();
  const submissions = openSubmissions(sidecar);
  const entries = openEntries(openDatabase(sidecar));
  return {
    sidecar,
    submissions,
    record: record({ sidecar, entries, submissions, upperLimit: 1_000 } as unknown as Api),
  };
}

describe("record", () => {
  test("writes an event's submissions in one statement, then tells that they are there", async () => {
    const { sidecar, record } = setUp();
    const event = { submissions: [submission(1), submission(2), submission(1, 3)] };
    await record.handle(event, eventContext().context);
    expect(sidecar.bound).toHaveLength(1);
    expect(JSON.parse(sidecar.bound[0]!.metadata.params!)).toEqual([JSON.stringify(event.submissions)]);
    expect(sidecar.on(recorded)).toEqual([{ entries: event.submissions }]);
  });

  test("writes events that are delivered together in one statement", async () => {
    const { sidecar, record } = setUp();
    const events = [1, 2, 3].map((index) => ({ submissions: [submission(index)] }));
    await Promise.all(events.map((event) => record.handle(event, eventContext().context)));
    expect(sidecar.bound).toHaveLength(1);
  });

  test("asks for the event again while Postgres is away", async () => {
    const { sidecar, record } = setUp();
    sidecar.broken.add("bind");
    const event = { submissions: [submission(1)] };
    await expect(record.handle(event, eventContext().context)).rejects.toBeInstanceOf(Retry);
    expect(sidecar.on(recorded)).toEqual([]);
  });

  test("asks for the event again when it could not be announced", async () => {
    const { sidecar, record } = setUp();
    sidecar.broken.add("publish");
    const event = { submissions: [submission(1)] };
    await expect(record.handle(event, eventContext().context)).rejects.toBeInstanceOf(Retry);
  });

  test("does not let an event that Postgres refuses keep the others of its statement waiting", async () => {
    const { sidecar, record } = setUp();
    const bind = sidecar.bind.bind(sidecar);
    sidecar.bind = async (component, operation, request) => {
      if (request.metadata?.params?.includes("0000-01-01"))
        throw new Error("ERROR: out of range (SQLSTATE 22008)");
      return bind(component, operation, request);
    };
    const events = [submission(1), { ...submission(2), submittedAt: "0000-01-01T00:00:00Z" }, submission(3)];
    const outcomes = await Promise.allSettled(
      events.map((each) => record.handle({ submissions: [each] }, eventContext().context)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((outcomes[1] as PromiseRejectedResult).reason).not.toBeInstanceOf(Retry);
    expect(sidecar.bound).toHaveLength(2);
  });

  test("dead-letters submissions above the limit, and records the rest of the event", async () => {
    const { sidecar, record } = setUp();
    const { context, deadLetters } = eventContext();
    await record.handle({ submissions: [submission(1), submission(1_001)] }, context);
    expect(deadLetters).toEqual([{ data: { submissions: [submission(1_001)] }, reason: "Index too high" }]);
    expect(sidecar.on(recorded)).toEqual([{ entries: [submission(1)] }]);
  });

  test("confirms what this replica accepted", async () => {
    const { submissions, record } = setUp();
    const accepted = await submissions.accept(7);
    await record.handle({ submissions: [accepted] }, eventContext().context);
    expect(submissions.unrecorded).toBe(0);
  });
});
