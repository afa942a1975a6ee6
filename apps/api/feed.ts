import { randomUUID } from "node:crypto";
import type { PageEvents } from "../shared/contracts/http.ts";

/** What open pages are told: server-sent events, in the format of the WHATWG HTML standard, section 9.2. */
export interface Feed {
  /** Tells every open page, and keeps the event for pages that reconnect. */
  send<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): void;
  /**
   * The stream for one page. A page that names the last event it saw gets what came
   * after it; when that is not known here (too long ago, another replica, a restart)
   * it gets `reset` and has to read everything anew. Ends when the signal is aborted,
   * or when the page reads so slowly that it is better off reconnecting.
   */
  listen(lastEventId: string | undefined, signal: AbortSignal): AsyncGenerator<string>;
  readonly listeners: number;
}

const keptEvents = 1_000;
const mostUnread = 2_000;
/** Events are kept for pages that reconnect: when none was here for that long, none will. */
const rememberMilliseconds = 60_000;
/** Below every proxy's idle time-out. */
const heartbeatMilliseconds = 10_000;

export function openFeed(): Feed {
  const run = randomUUID().slice(0, 8);
  const kept: { number: number; text: string }[] = [];
  const listeners = new Set<(text: string) => void>();
  let last = 0;
  let listenedAt = Number.NEGATIVE_INFINITY;

  const format = (number: number, name: string, data: unknown) =>
    `id: ${run}.${number}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

  /** What a page missed; `reset` when that is not known. */
  function missed(lastEventId: string): string[] {
    const [itsRun, number] = lastEventId.split(".");
    const first = kept[0]?.number ?? last + 1;
    const known = itsRun === run && Number(number) >= first - 1 && Number(number) <= last;
    if (!known) return [format(last, "reset", {})];
    return kept.filter((event) => event.number > Number(number)).map(({ text }) => text);
  }

  return {
    get listeners() {
      return listeners.size;
    },

    send(name, data) {
      last += 1;
      if (listeners.size === 0 && Date.now() - listenedAt > rememberMilliseconds) {
        kept.length = 0;
        return;
      }
      const text = format(last, name, data);
      kept.push({ number: last, text });
      if (kept.length > keptEvents) kept.shift();
      for (const listener of listeners) listener(text);
    },

    async *listen(lastEventId, signal) {
      const unread: string[] = ["retry: 1000\n\n", ...(lastEventId ? missed(lastEventId) : [])];
      let wake = () => {};
      const listener = (text: string) => {
        unread.push(text);
        wake();
      };
      listeners.add(listener);
      const heartbeat = setInterval(() => listener(": alive\n\n"), heartbeatMilliseconds);
      signal.addEventListener("abort", () => wake(), { once: true });
      try {
        while (!signal.aborted && unread.length <= mostUnread) {
          if (unread.length > 0) yield unread.splice(0).join("");
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        clearInterval(heartbeat);
        listeners.delete(listener);
        listenedAt = Date.now();
      }
    },
  };
}
