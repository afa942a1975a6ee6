import { jest } from "@jest/globals";
import { v7 as newId } from "uuid";
import { waitFor } from "../../scripts/local/wait-for.ts";
import { askPostgres, askRedis } from "./harness/connections.ts";
import { everythingHolds } from "./harness/evidence.ts";
import { startWorld, type World } from "./harness/world.ts";

jest.setTimeout(300_000);

type Letter = { id: string; consumer: string; reason: string; data: unknown; replayedAt: string | null };

/** Events that nobody of ours would send. */
describe("What cannot be handled ends in the dead letters, and nothing else suffers:", () => {
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
  const entriesOf = (id: string) =>
    askPostgres<{ number: string }>(world.system, "SELECT number FROM entries WHERE id = $1", [id]);
  const submission = (index: unknown, submittedAt = new Date().toISOString()) => ({
    id: newId(),
    index,
    submittedAt,
  });

  const poison: [name: string, event: () => unknown][] = [
    ["an index that is no number", () => ({ submissions: [submission("poison")] })],
    ["an index above the limit", () => ({ submissions: [submission(4_000_000_000)] })],
    ["an event of an older shape", () => ({ index: 40 })],
    [
      "a moment that Postgres does not know",
      () => ({ submissions: [submission(7, "0000-01-01T00:00:00Z")] }),
    ],
    ["a text", () => "poison"],
    ["nothing", () => null],
    ["a NUL character", () => ({ text: "\u0000" })],
  ];
  test.each(poison)("%s", async (_name, event) => {
    const before = new Set((await letters()).map(({ id }) => id));
    await world.underLoad(async () => {
      await publish(event());
      await waitFor("the dead letter", async () => (await letters()).some(({ id }) => !before.has(id)), {
        deadlineMs: 60_000,
      });
    });
    world.expectedLetters += 1;
  });

  const garbage: [name: string, fields: string[]][] = [
    ["no JSON", ["data", "\u0001 garbage"]],
    ["no data", ["something", "else"]],
    ["a number", ["data", "5"]],
    ["an event of somebody else", ["data", '{"id":"1","data":{"x":1}}']],
    ["null", ["data", "null"]],
  ];
  test.each(garbage)("on the stream itself: %s", async (_name, fields) => {
    const before = (await letters()).length;
    await add("submitted", ...fields);
    await waitFor("the dead letter", async () => (await letters()).length > before, { deadlineMs: 60_000 });
    world.expectedLetters += 1;
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

  test("one call replays all; what is good by now is handled, the rest dies again", async () => {
    const good = submission(88);
    const letter = { id: "good", topic: "submitted", consumer: "api/record", reason: "a bug that is mended" };
    const data = { ...letter, data: { submissions: [good] } };
    await add("submitted-dead", "data", JSON.stringify({ id: "1", data }));
    await waitFor("the dead letter", async () => (await letters()).some(({ id }) => id === "good"));
    const response = await fetch(`${world.system.invokeUrl}/dead-letters/replay`, { method: "POST" });
    expect(response.status).toBe(200);
    const { replayed } = (await response.json()) as { replayed: number };
    expect(replayed).toBeGreaterThan(1);
    await waitFor("the entry", async () => (await entriesOf(good.id)).length === 1);
    const replayedLetter = (await letters()).find(({ id }) => id === "good");
    expect(replayedLetter?.replayedAt).not.toBeNull();
    // What was no event of ours was not replayed; what died again is a new letter.
    await everythingHolds(world);
  });
});
