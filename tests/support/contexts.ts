import { pino } from "pino";
import type { EventContext, Request } from "../../apps/shared/runtime/functions.ts";

export const silentLog = pino({ level: "silent" });

/** A context for an event handler; `givenUp` collects what it gave up. */
export function eventContext() {
  const givenUp: { data: unknown; reason: string }[] = [];
  const context: EventContext = {
    log: silentLog,
    signal: new AbortController().signal,
    eventId: "event-1",
    async giveUp(data, reason) {
      givenUp.push({ data, reason });
    },
  };
  return { context, givenUp };
}

/** A request for a request handler. */
export const request = (parts: Partial<Request> = {}): Request => ({
  params: {},
  query: {},
  headers: {},
  body: undefined,
  ...parts,
});

export const id = (number: number) => `01a208c8-7037-742a-b52f-${String(number).padStart(12, "0")}`;

/** A submission as the API makes them. */
export const submission = (index: number, number = index) => ({
  id: id(number),
  index,
  submittedAt: "2026-11-23T12:00:00.000Z",
});

/** Everything that an async iterable gives, as one string. */
export async function text(body: unknown): Promise<string> {
  let all = "";
  for await (const part of body as AsyncIterable<string>) all += part;
  return all;
}
