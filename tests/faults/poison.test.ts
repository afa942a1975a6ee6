import { jest } from "@jest/globals";
import { v7 as newId } from "uuid";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { askPostgres, askRedis } from "./harness/connections.ts";
import { everythingHolds } from "./harness/evidence.ts";
import { startWorld, type World } from "./harness/world.ts";

jest.setTimeout(300_000);

type Letter = {
  id: string;
  eventId: string;
  consumer: string;
  reason: string;
  data: unknown;
  replayedAt: string | null;
};

/** Events that none of our functions would publish. */
describe("An event that cannot be handled ends in the dead letters, and delays no other:", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  const publish = async (data: unknown, query = "") => {
    const address = `${world.system.api[0]!.sidecar.url}/v1.0/publish/pubsub/submitted${query}`;
    const headers = { "content-type": "application/json" };
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(data) });
    expect(response.status).toBe(204);
  };
  const add = (stream: string, ...fields: string[]) =>
    askRedis(world.system, (command) => command("XADD", stream, "*", ...fields));
  const letters = async () => {
    const response = await fetch(`${world.system.invokeUrl}/dead-letters`);
    return ((await response.json()) as { deadLetters: Letter[] }).deadLetters;
  };
  const total = async () =>
    Number(
      (await askPostgres<{ count: string }>(world.system, "SELECT count(*) FROM dead_letters"))[0]?.count,
    );
  const entriesOf = (id: string) =>
    askPostgres<{ number: string }>(world.system, "SELECT number FROM entries WHERE id = $1", [id]);
  const submission = (index: unknown, submittedAt = new Date().toISOString()) => ({
    id: newId(),
    index,
    submittedAt,
  });

  const nested = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
  /** With how many functions dead-letter it: record, calculate, or both. */
  const poison: [name: string, letters: number, event: () => unknown][] = [
    ["an index that is not a number", 2, () => ({ submissions: [submission("poison")] })],
    ["an index above the limit", 2, () => ({ submissions: [submission(4_000_000_000)] })],
    ["an event of an older shape", 2, () => ({ index: 40 })],
    [
      "a moment that Postgres does not know",
      1,
      () => ({ submissions: [submission(7, "0000-01-01T00:00:00Z")] }),
    ],
    ["a text", 2, () => "poison"],
    ["nothing", 2, () => null],
    ["a NUL character", 2, () => ({ text: "\u0000" })],
    ["data nested 3,000 deep", 2, () => nested(3_000)],
  ];
  test.each(poison)("%s", async (_name, count, event) => {
    const before = (await total()) + count;
    await world.underLoad(async () => {
      await publish(event());
      await waitFor("the dead letters", async () => (await total()) >= before, { deadlineMs: 60_000 });
    });
    world.expectedLetters += count;
  });

  const garbage: [name: string, letters: number, fields: string[]][] = [
    ["no JSON", 1, ["data", "\u0001 garbage"]],
    ["no data", 1, ["something", "else"]],
    ["a number", 1, ["data", "5"]],
    ["an event of somebody else", 2, ["data", '{"id":"1","data":{"x":1}}']],
    ["null", 2, ["data", "null"]],
  ];
  test.each(garbage)("on the stream itself: %s", async (_name, count, fields) => {
    const before = (await total()) + count;
    await add("submitted", ...fields);
    await waitFor("the dead letters", async () => (await total()) >= before, { deadlineMs: 60_000 });
    world.expectedLetters += count;
  });

  test("forty dead letters that Postgres cannot store as they are, beside submissions that are recorded at once", async () => {
    const before = await total();
    const bad = Array.from({ length: 40 }, (_, at) => {
      const data = {
        id: `\u0000${at}`,
        topic: "\u0000",
        consumer: "\u0000",
        reason: "\ud800",
        data: nested(2_000),
      };
      return add("submitted-dead", "data", JSON.stringify({ id: `nul-\u0000-${at}`, data }));
    });
    await Promise.all(bad);
    const started = performance.now();
    const known = submission(5);
    await publish({ submissions: [known] });
    await waitFor("the entry", async () => (await entriesOf(known.id)).length === 1, { deadlineMs: 30_000 });
    // A blocked worker would hold it until somebody cleans the stream by hand.
    expect(performance.now() - started).toBeLessThan(30_000);
    await waitFor("all of them kept", async () => (await total()) >= before + 40, { deadlineMs: 60_000 });
    world.expectedLetters += 40;
  });

  test("all the others were recorded and calculated", () => everythingHolds(world));

  test("the same event delivered twice, and late, is one entry", async () => {
    const known = submission(77);
    const event = { submissions: [known] };
    await Promise.all([publish(event), publish(event)]);
    await waitFor("the entry", async () => (await entriesOf(known.id)).length === 1);
    const delivered = JSON.stringify({ id: "late", specversion: "1.0", type: "x", source: "x", data: event });
    await add("submitted", "data", delivered);
    await add("submitted", "data", delivered);
    await everythingHolds(world);
    expect(await entriesOf(known.id)).toEqual([{ number: "77" }]);
  });

  test("one call replays all: what is good by now is handled, the rest is dead-lettered again", async () => {
    const good = submission(88);
    const letter = { id: "good", topic: "submitted", consumer: "api/record", reason: "a bug that is fixed" };
    const data = { ...letter, data: { submissions: [good] } };
    await add("submitted-dead", "data", JSON.stringify({ id: "1", data }));
    await waitFor("the dead letter", async () => (await letters()).some(({ eventId }) => eventId === "good"));
    const response = await fetch(`${world.system.invokeUrl}/dead-letters/replay`, { method: "POST" });
    expect(response.status).toBe(200);
    const { replayed } = (await response.json()) as { replayed: number };
    expect(replayed).toBeGreaterThan(1);
    await waitFor("the entry", async () => (await entriesOf(good.id)).length === 1);
    const replayedLetter = (await letters()).find(({ eventId }) => eventId === "good");
    expect(replayedLetter?.replayedAt).not.toBeNull();
    // What was no event of ours was not replayed; what died again is a new letter.
    await everythingHolds(world);
  });
});
