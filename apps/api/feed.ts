import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { PageEvents } from "../shared/contracts/http.ts";
import { unavailable } from "../shared/runtime/problem.ts";

/** The stream of events to clients: server-sent events, in the format of the WHATWG HTML standard, section 9.2. */
export interface Feed {
  /** Sends an event to every client, and keeps it for clients that reconnect. */
  send<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): void;
  /**
   * The stream for one client. A client that names the last event it saw gets what came
   * after it; when that is not known here (too long ago, another replica, a restart)
   * it gets `reset` and has to read everything again. Ends when the signal is aborted. A client that
   * reads too slowly is disconnected: it is better off reconnecting.
   * @throws HttpProblem 503 when too many clients are connected.
   */
  listen(lastEventId: string | undefined, signal: AbortSignal): Readable;
  /** Clients that read the stream now. */
  readonly clients: number;
}

/** Below the limit of connections (connections.ts), so that probes and deliveries always find room. */
export const mostClients = 3_500;
/** What reconnecting clients can be given, in bytes and events. */
const keptBytes = 4_000_000;
const keptEvents = 1_000;
/** What may wait for one client to read it, in bytes. */
export const mostUnreadBytes = 1_000_000;
/** Events are kept for clients that reconnect: when none was here for that long, none will. */
const rememberMilliseconds = 60_000;
/** Below every proxy's idle time-out. */
const heartbeatMilliseconds = 10_000;
/** With many clients, what a write costs counts: events gather for a moment and go out together. */
const clientsPerLingerMillisecond = 40;

export function openFeed(): Feed {
  const run = randomUUID().slice(0, 8);
  const kept: { number: number; text: string }[] = [];
  const clients = new Set<Readable>();
  let bytesKept = 0;
  let last = 0;
  let connectedAt = Number.NEGATIVE_INFINITY;
  let gathered: string[] = [];
  let heartbeat: NodeJS.Timeout | undefined;

  const format = (number: number, name: string, data: unknown) =>
    `id: ${run}.${number}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

  /** What a client missed; `reset` when that is not known. */
  function missed(lastEventId: string): string {
    const [itsRun, number] = lastEventId.split(".");
    const first = kept[0]?.number ?? last + 1;
    const known = itsRun === run && Number(number) >= first - 1 && Number(number) <= last;
    if (!known) return format(last, "reset", {});
    return kept
      .filter((event) => event.number > Number(number))
      .map(({ text }) => text)
      .join("");
  }

  function keep(number: number, text: string): void {
    kept.push({ number, text });
    bytesKept += text.length;
    while (kept.length > keptEvents || bytesKept > keptBytes) bytesKept -= kept.shift()?.text.length ?? 0;
  }

  function broadcast(text: string): void {
    const bytes = Buffer.from(text);
    for (const client of clients) {
      if (client.readableLength + bytes.length > mostUnreadBytes)
        client.destroy(new Error("read too slowly"));
      else client.push(bytes);
    }
  }

  function flush(): void {
    const text = gathered.join("");
    gathered = [];
    // A client that joined in between had it flushed before its time.
    if (text !== "") broadcast(text);
  }

  return {
    get clients() {
      return clients.size;
    },

    send(name, data) {
      last += 1;
      if (clients.size === 0 && Date.now() - connectedAt > rememberMilliseconds) {
        kept.length = 0;
        bytesKept = 0;
        return;
      }
      const text = format(last, name, data);
      keep(last, text);
      if (clients.size === 0) return;
      if (gathered.length === 0) {
        const linger = clients.size / clientsPerLingerMillisecond;
        if (linger < 1) setImmediate(flush);
        else setTimeout(flush, linger);
      }
      gathered.push(text);
    },

    listen(lastEventId, signal) {
      if (clients.size >= mostClients) throw unavailable("Too many clients read the stream of events.", 5);
      // What gathered so far is among what this client missed, or before its time.
      if (gathered.length > 0) flush();
      const leave = () => {
        if (!clients.delete(client)) return;
        signal.removeEventListener("abort", end);
        connectedAt = Date.now();
        if (clients.size > 0) return;
        clearInterval(heartbeat);
        heartbeat = undefined;
      };
      const client = new Readable({
        read() {},
        destroy(error, done) {
          leave();
          done(error);
        },
        highWaterMark: 65_536,
      });
      const end = () => {
        leave();
        client.push(null);
      };
      client.push(`retry: 1000\n\n${lastEventId ? missed(lastEventId) : ""}`);
      signal.addEventListener("abort", end, { once: true });
      clients.add(client);
      heartbeat ??= setInterval(() => broadcast(": alive\n\n"), heartbeatMilliseconds).unref();
      return client;
    },
  };
}
