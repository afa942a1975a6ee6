import { jest } from "@jest/globals";
import type { PresenceEvents } from "../../../apps/web/adapters/presence.ts";
import type { StreamEvents, StreamState } from "../../../apps/web/adapters/stream.ts";
import { ConnectionModel } from "../../../apps/web/models/connection.ts";

function setUp() {
  const opened: { state: StreamState; events: StreamEvents; closed: boolean }[] = [];
  let presence: PresenceEvents | undefined;
  let online = true;
  let resyncs = 0;
  const ignore = () => {};
  const connection = new ConnectionModel(
    (state, events) => {
      const stream = { state, events, closed: false };
      opened.push(stream);
      return () => {
        stream.closed = true;
      };
    },
    {
      isOnline: () => online,
      watch(events) {
        presence = events;
      },
    },
    {
      calculated: ignore,
      recorded: ignore,
      progress: ignore,
      cancelled: ignore,
      resync() {
        resyncs++;
      },
    },
  );
  connection.connect();
  return {
    connection,
    opened,
    presence: presence!,
    resyncs: () => resyncs,
    goOffline() {
      online = false;
    },
  };
}

describe("The connection to the event stream", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test("each time it opens, and when the API resets it, everything is read again", () => {
    const { connection, opened, resyncs } = setUp();
    expect(connection.status.value).toBe("connecting");
    opened[0]!.state.opened();
    expect(connection.status.value).toBe("live");
    expect(resyncs()).toBe(1);
    opened[0]!.events.reset({});
    expect(resyncs()).toBe(2);
  });

  test("while the browser reconnects on its own, no second stream is opened", () => {
    const { connection, opened } = setUp();
    opened[0]!.state.lost(false);
    expect(connection.status.value).toBe("lost");
    jest.advanceTimersByTime(60_000);
    expect(opened).toHaveLength(1);
  });

  test("after a refusal it reconnects, with pauses that double up to ten seconds", () => {
    const { opened } = setUp();
    for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      const count = opened.length;
      opened.at(-1)!.state.lost(true);
      jest.advanceTimersByTime(pause - 1);
      expect(opened).toHaveLength(count);
      jest.advanceTimersByTime(1);
      expect(opened).toHaveLength(count + 1);
    }
    // Once it was open, the pauses start over.
    opened.at(-1)!.state.opened();
    opened.at(-1)!.state.lost(true);
    const count = opened.length;
    jest.advanceTimersByTime(500);
    expect(opened).toHaveLength(count + 1);
  });

  test("a lost stream of an offline browser is reported as offline", () => {
    const { connection, opened, goOffline } = setUp();
    goOffline();
    opened[0]!.state.lost(false);
    expect(connection.status.value).toBe("offline");
  });

  test("a hidden page releases its connection, and opens it again when it returns", () => {
    const { connection, opened, presence } = setUp();
    opened[0]!.state.opened();
    presence.left();
    expect(opened[0]!.closed).toBe(true);
    presence.returned(false);
    expect(opened).toHaveLength(2);
    expect(connection.status.value).toBe("connecting");
  });

  test("a page that returns after a short time keeps its stream and reads again", () => {
    const { opened, presence, resyncs } = setUp();
    opened[0]!.state.opened();
    presence.returned(false);
    expect(opened).toHaveLength(1);
    expect(resyncs()).toBe(2);
    presence.returned(true);
    expect(opened).toHaveLength(2);
    expect(opened[0]!.closed).toBe(true);
  });
});
