import { pino } from "pino";
import type { EventContext } from "../../apps/shared/runtime/functions.ts";

export const silentLog = pino({ level: "silent" });

/** A context for an event handler; `deadLetters` collects what it dead-lettered. */
export function eventContext() {
  const deadLetters: { data: unknown; reason: string }[] = [];
  const context: EventContext = {
    log: silentLog,
    signal: new AbortController().signal,
    eventId: "event-1",
    get daprClient(): never {
      throw new Error("no function under test may need the SDK here");
    },
    async deadLetter(data, reason) {
      deadLetters.push({ data, reason });
    },
  };
  return { context, deadLetters };
}

/** A request for a request handler, as the runtime hands it over after validation. */
export const request = <Params = never, Query = never, Body = undefined>(
  parts: { params?: Params; query?: Query; body?: Body; headers?: Record<string, string> } = {},
) => ({
  params: {} as Params,
  query: {} as Query,
  headers: {},
  body: undefined as Body,
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
