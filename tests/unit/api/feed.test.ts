import type { Readable } from "node:stream";
import { mostClients, mostUnreadBytes, openFeed } from "../../../apps/api/feed.ts";

const entry = (number: number) => ({ entries: [{ id: String(number), number, submittedAt: "" }] });

/** Reads a stream until it has given as many events as wanted. */
async function read(stream: Readable, events: number) {
  const found: { id: string; name: string }[] = [];
  for await (const part of stream) {
    const text = String(part);
    for (const [, id, name] of text.matchAll(/^id: (\S+)\nevent: (\S+)$/gm))
      found.push({ id: id!, name: name! });
    if (found.length >= events) break;
  }
  return found;
}

describe("The feed", () => {
  const open = new AbortController().signal;

  test("sends every client every event, in order", async () => {
    const feed = openFeed();
    const readers = [read(feed.listen(undefined, open), 3), read(feed.listen(undefined, open), 3)];
    await Promise.resolve();
    for (const number of [1, 2, 3]) feed.send("recorded", entry(number));
    const [one, other] = await Promise.all(readers);
    expect(one).toEqual(other);
    expect(one!.map(({ name }) => name)).toEqual(["recorded", "recorded", "recorded"]);
    expect(feed.clients).toBe(0);
  });

  test("gives a client that reconnects what it missed, and nothing twice", async () => {
    const feed = openFeed();
    const reader = read(feed.listen(undefined, open), 2);
    await Promise.resolve();
    for (const number of [1, 2]) feed.send("recorded", entry(number));
    const seen = await reader;
    for (const number of [3, 4]) feed.send("recorded", entry(number));
    const missed = await read(feed.listen(seen[1]!.id, open), 2);
    expect(missed.map(({ id }) => id.split(".")[1])).toEqual(["3", "4"]);
  });

  test.each(["", "other.1", "nonsense"])(
    "tells a client to read everything again when it cannot know what it missed: %p",
    async (last) => {
      const feed = openFeed();
      feed.send("recorded", entry(1));
      const reader = read(feed.listen(last || "gone.5", open), 1);
      expect(await reader).toEqual([expect.objectContaining({ name: "reset" })]);
    },
  );

  test("tells a client to read everything again when what it missed is no longer kept", async () => {
    const feed = openFeed();
    const reader = read(feed.listen(undefined, open), 1);
    await Promise.resolve();
    feed.send("recorded", entry(0));
    const [first] = await reader;
    for (let number = 1; number <= 1_200; number++) feed.send("recorded", entry(number));
    expect(await read(feed.listen(first!.id, open), 1)).toEqual([expect.objectContaining({ name: "reset" })]);
  });

  test("ends when the client goes away", async () => {
    const feed = openFeed();
    const gone = new AbortController();
    const reader = read(feed.listen(undefined, gone.signal), 1);
    await Promise.resolve();
    expect(feed.clients).toBe(1);
    gone.abort();
    expect(await reader).toEqual([]);
    expect(feed.clients).toBe(0);
  });

  test("disconnects a client that does not read, and frees what waited for it", async () => {
    const feed = openFeed();
    const stalled = feed.listen(undefined, open);
    const failed = new Promise((resolve) => stalled.once("error", resolve));
    const large = { entries: [{ id: "x".repeat(10_000), number: 1, submittedAt: "" }] };
    for (let sent = 0; sent < (2 * mostUnreadBytes) / 10_000; sent++) {
      feed.send("recorded", large);
      await new Promise(setImmediate);
    }
    expect(await failed).toMatchObject({ message: "read too slowly" });
    expect(feed.clients).toBe(0);
  });

  test("refuses clients beyond its limit with a 503", () => {
    const feed = openFeed();
    const gone = new AbortController();
    for (let count = 0; count < mostClients; count++) feed.listen(undefined, gone.signal);
    expect(() => feed.listen(undefined, gone.signal)).toThrow(expect.objectContaining({ status: 503 }));
    gone.abort();
  });
});
