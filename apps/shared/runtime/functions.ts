/**
 * The three kinds of functions: one that answers a request, one that handles an
 * event of a topic, one that runs on a schedule. A file in an app's `functions/`
 * holds one of them, trigger and handler together.
 */
import type { Logger } from "pino";
import type { z } from "zod";

/** What every handler is given besides its input. */
export interface Context {
  /** Logs with the function's name and the trace id that the sidecar sent. */
  log: Logger;
  /** Aborted when the caller went away or the app stops. */
  signal: AbortSignal;
}

export interface Request {
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string | undefined>;
  /** Parsed JSON; undefined when the request had no body. */
  body: unknown;
}

/** What a request function returns. An async iterable is streamed, anything else but a string is sent as JSON. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface RequestFunction {
  kind: "request";
  name: string;
  method: "GET" | "POST" | "DELETE";
  /** Express path. It also answers below /api, where reverse proxies put it. */
  path: string;
  handle(request: Request, context: Context): Promise<Reply> | Reply;
}

export interface EventContext extends Context {
  /** The CloudEvent's id; the same in every delivery of the event. */
  eventId: string;
  /**
   * Moves data that can never be handled to the dead letters.
   * @throws when the dead letter could not be stored; let it pass, the event comes again.
   */
  giveUp(data: unknown, reason: string): Promise<void>;
}

export interface EventFunction<Data = unknown> {
  kind: "event";
  name: string;
  /** The pub/sub component. */
  component: string;
  topic: string;
  /** Where events go that cannot be handled. Without one they are dropped with an error in the log. */
  deadLetterTopic?: string;
  /** Take whatever is on the stream, even what is no CloudEvent. */
  raw?: boolean;
  /** What a good event's data looks like. Anything else is a dead letter at once. */
  data: z.ZodType<Data>;
  /**
   * Handles one event. Delivery is at least once, in any order, sometimes twice
   * at the same time: a handler has to be idempotent.
   *
   * - Returning acknowledges the event.
   * - Throwing `Retry` brings it again, without end: for what heals by itself.
   * - Throwing anything else brings it again a few times, then makes it a dead letter.
   */
  handle(data: Data, context: EventContext): Promise<void>;
}

export interface ScheduleFunction {
  kind: "schedule";
  /** Also the name of the bindings.cron component. */
  name: string;
  /** Runs one tick. Ticks never overlap in one replica; a failed one is only logged, the next follows. */
  handle(context: Context): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list holds event functions of any data.
export type AppFunction = RequestFunction | EventFunction<any> | ScheduleFunction;

export const onRequest = (definition: Omit<RequestFunction, "kind">): RequestFunction => ({
  kind: "request",
  ...definition,
});
export const onEvent = <Data>(definition: Omit<EventFunction<Data>, "kind">): EventFunction<Data> => ({
  kind: "event",
  ...definition,
});
export const onSchedule = (definition: Omit<ScheduleFunction, "kind">): ScheduleFunction => ({
  kind: "schedule",
  ...definition,
});

/** Thrown by an event handler for a trouble that passes: the event is delivered again until it is handled. */
export class Retry extends Error {}
