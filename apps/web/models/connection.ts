/** Keeps the event stream open, and has everything read again whenever something could have been missed. */
import { createModel, signal } from "@preact/signals";
import type { EventHandlers, OpenEvents } from "../adapters/events.ts";
import type { watchPresence } from "../adapters/returns.ts";

export interface News extends Omit<EventHandlers, "reset"> {
  /** The stream is open (again), or the API forgot how far we were: read everything that events would have told. */
  resync(): void;
}

const longestPause = 10_000;

export const ConnectionModel = createModel((open: OpenEvents, watch: typeof watchPresence, news: News) => {
  const status = signal<"connecting" | "live" | "lost" | "offline">("connecting");
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const { resync, ...events } = news;

  function connect(): void {
    clearTimeout(timer);
    close?.();
    const stream = {
      opened() {
        failures = 0;
        status.value = "live";
        resync();
      },
      lost(final: boolean) {
        status.value = navigator.onLine ? "lost" : "offline";
        if (!final) return;
        // A proxy answered in the API's place: the browser does not try again after that.
        clearTimeout(timer);
        timer = setTimeout(connect, Math.min(500 * 2 ** failures++, longestPause));
      },
    };
    close = open(stream, { ...events, reset: resync });
  }

  watch({
    returned(stale) {
      if (stale || status.peek() !== "live") connect();
      else resync();
    },
    offline() {
      status.value = "offline";
    },
    /** Browsers allow six connections to a host: hidden tabs give theirs back. */
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
