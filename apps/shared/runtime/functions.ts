/**
 * The kinds of functions: one that answers HTTP requests, one that handles the events of a topic, one
 * that runs on a schedule, one that takes what an input binding delivers. A file in an app's
 * `functions/` holds one of them, trigger and handler together, and declares all that others need to
 * know of it: routes, validation, /openapi.json, /dapr/subscribe and the check of the topic scopes in
 * YAML are made from the declaration.
 */
import type { DaprClient } from "@dapr/dapr";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Answer } from "./answers.ts";
import type { AnyTopic, Topic } from "./topic.ts";

/** What every handler is given besides its input. */
export interface Context {
  /** Logs with the function's name and the trace id that the sidecar sent. */
  readonly log: Logger;
  /** Aborted when the caller went away or the app stops. */
  readonly signal: AbortSignal;
  /**
   * The Dapr SDK's client of this app's own sidecar. Loaded at its first use (about 50 MB and a quarter
   * of a second of processor time), shared by all functions, closed when the app has drained.
   */
  readonly daprClient: Promise<DaprClient>;
}

interface Declared {
  /** Unique within the app, in kebab case, like the file. */
  name: string;
  /** Topics that its handler publishes on, directly or through the parts that it uses. */
  publishes?: AnyTopic[];
}

export interface Request<Params = Record<string, string>, Query = Record<string, string>, Body = unknown> {
  params: Params;
  query: Query;
  headers: Record<string, string | undefined>;
  /** Undefined for a function that declares no body. */
  body: Body;
}

/** What a request function returns. An async iterable is streamed, anything else but a string is sent as JSON. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface RequestFunction<
  Params = Record<string, string>,
  Query = Record<string, string>,
  Body = unknown,
> extends Declared {
  kind: "request";
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As in path-to-regexp, without optional parts. It also answers below /api, where reverse proxies put it. */
  path: string;
  /** A sentence for /openapi.json. */
  summary: string;
  /** Validated before the handler is called; what does not fit is answered with a 400, or what the schema throws. */
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  /** The schema of a JSON body of at most 16 KiB. Without it a body is not read. */
  body?: z.ZodType<Body>;
  /** Request headers that it reads, with what they are for. */
  headers?: Record<string, string>;
  /** Every status that it answers, for /openapi.json and the tests. */
  answers: Record<number, Answer>;
  /** "operator": needs the operator's token where one is set (OPERATOR_TOKEN). */
  access?: "public" | "operator";
  handle(request: Request<Params, Query, Body>, context: Context): Promise<Reply> | Reply;
}

export interface EventContext extends Context {
  /** The CloudEvent's id; the same in every delivery of the event. */
  readonly eventId: string;
  /**
   * Dead-letters data that can never be handled: the event's own, or a part of it.
   * @throws when the dead letter could not be stored; let it pass, the event is delivered again.
   */
  deadLetter(data: unknown, reason: string): Promise<void>;
}

export interface EventFunction<Data = unknown> extends Declared {
  kind: "event";
  /** Events whose data does not fit the topic's schema are dead letters at once. */
  topic: Topic<Data>;
  /**
   * Handles one event. Delivery is at least once, in any order, sometimes twice
   * at the same time: a handler has to be idempotent.
   *
   * - Returning acknowledges the event.
   * - Throwing `Retry` has it delivered again, without end: for failures that pass.
   * - Throwing anything else has it delivered again a few times, then makes it a dead letter.
   */
  handle(data: Data, context: EventContext): Promise<void>;
}

export interface ScheduleFunction extends Declared {
  kind: "schedule";
  /** Also the name of the bindings.cron component whose ticks call it at /schedules/<name>. */
  name: string;
  /**
   * "replica": every replica runs every tick of its own sidecar.
   * `{ everySeconds }`: once per cluster in each such period, by whichever replica's tick comes first;
   * a lease in the state store decides. If that replica dies in the middle, the period is lost and the
   * next one runs: a handler has to make up for a missed tick.
   */
  runs: "replica" | { oncePerCluster: { everySeconds: number; stateStore: string } };
  /** How often a failed tick is tried, with 1, 2, 4 … seconds between; 3 by default. After the last failure another replica may run the tick. */
  attempts?: number;
  /** Runs one tick. Ticks never overlap in one replica; one that comes during another is skipped. */
  handle(context: Context): Promise<void>;
}

export interface BindingFunction<Data = unknown> extends Declared {
  kind: "binding";
  /** Also the name of the input binding component, which calls /bindings/<name>. */
  name: string;
  /** What the binding delivers. Anything else is refused with a 400, and what then happens is the binding's own rule. */
  data: z.ZodType<Data>;
  /** Handles one delivery. Throwing answers 500, which most bindings take as "deliver again". */
  handle(data: Data, context: Context): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: functions of any input.
export type AnyRequestFunction = RequestFunction<any, any, any>;
// biome-ignore lint/suspicious/noExplicitAny: functions of any data.
export type AnyEventFunction = EventFunction<any>;
// biome-ignore lint/suspicious/noExplicitAny: functions of any data.
export type AnyBindingFunction = BindingFunction<any>;
export type AppFunction = AnyRequestFunction | AnyEventFunction | ScheduleFunction | AnyBindingFunction;

type Define<Kind> = Omit<Kind, "kind">;

export const onRequest = <Params = Record<string, string>, Query = Record<string, string>, Body = unknown>(
  definition: Define<RequestFunction<Params, Query, Body>>,
): RequestFunction<Params, Query, Body> => ({ kind: "request", ...definition });

export const onEvent = <Data>(definition: Define<EventFunction<Data>>): EventFunction<Data> => ({
  kind: "event",
  ...definition,
});

export const onSchedule = (definition: Define<ScheduleFunction>): ScheduleFunction => ({
  kind: "schedule",
  ...definition,
});

export const onBinding = <Data>(definition: Define<BindingFunction<Data>>): BindingFunction<Data> => ({
  kind: "binding",
  ...definition,
});

/** Thrown by an event handler for a failure that passes: the event is delivered again until it is handled. */
export class Retry extends Error {}
