/** Keeps the event stream open, and has everything read again whenever an event could have been missed. */
import { createModel, signal } from "@preact/signals";
import type { Presence } from "../adapters/presence.ts";
import type { OpenStream, StreamEvents } from "../adapters/stream.ts";

export interface Updates extends Omit<StreamEvents, "reset"> {
  /** Events may have been missed: read again what they would have brought. */
  resync(): void;
}

export type ConnectionStatus = "connecting" | "live" | "lost" | "offline";

/** Milliseconds between two attempts, doubled after each failure up to the longest. */
const firstPause = 500;
const longestPause = 10_000;

export const ConnectionModel = createModel((open: OpenStream, presence: Presence, updates: Updates) => {
  const status = signal<ConnectionStatus>("connecting");
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const { resync, ...events } = updates;

  function connect(): void {
    clearTimeout(timer);
    close?.();
    const state = {
      opened() {
        failures = 0;
        status.value = "live";
        resync();
      },
      lost(final: boolean) {
        status.value = presence.isOnline() ? "lost" : "offline";
        if (!final) return;
        // A proxy answered instead of the API: the browser does not reconnect after that.
        clearTimeout(timer);
        timer = setTimeout(connect, Math.min(firstPause * 2 ** failures++, longestPause));
      },
    };
    close = open(state, { ...events, reset: resync });
  }

  presence.watch({
    returned(stale) {
      if (stale || status.peek() !== "live") connect();
      else resync();
    },
    offline() {
      status.value = "offline";
    },
    /** Browsers allow six connections to a host: hidden tabs release theirs. */
    left() {
      clearTimeout(timer);
      close?.();
      close = undefined;
      status.value = "connecting";
    },
  });

  return { status, connect };
});
export type ConnectionModel = InstanceType<typeof ConnectionModel>;
