import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { z } from "zod";
import type { DeadLetter } from "../contracts/events.ts";
import { CallContext } from "./context.ts";
import { type EventFunction, Retry } from "./functions.ts";
import { demandSidecar } from "./guard.ts";
import { letterData } from "./letter-data.ts";
import { counter } from "./metrics.ts";
import { answerProblem } from "./problem-answer.ts";
import { readJson } from "./read-json.ts";
import type { Sidecar } from "./sidecar.ts";
import { inTrace } from "./trace.ts";

/** Deliveries of an event whose handler threw something unexpected, before it is given up. */
export const mostAttempts = 5;

const deliveries = counter(
  "fib_deliveries_total",
  "Events that this replica's functions were given, by outcome: done or retry.",
  ["function", "outcome"],
);
const givenUp = counter(
  "fib_given_up_total",
  "Events that a function made a dead letter, whole or in part.",
  ["function"],
);

/** The parts of a CloudEvent that are used. `data_base64` carries what was no JSON. */
const CloudEvent = z.object({
  id: z.string(),
  topic: z.string().optional(),
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
});

export interface EventParts {
  appId: string;
  sidecar: Sidecar;
  log: Logger;
  stopping: AbortSignal;
  /** What the sidecar shows with a delivery, where it is set. */
  appApiToken?: string | undefined;
}

/** More than the sidecar can send: 4 MB, in base64, in an envelope. What is refused here comes for ever. */
const bodyLimit = 8 * 1024 * 1024;

const hash = (body: unknown) =>
  createHash("sha256")
    .update(JSON.stringify(body ?? null))
    .digest("hex");

const routeOf = (each: EventFunction) => `/subscriptions/${each.name}`;

/** What the sidecar reads from GET /dapr/subscribe at its start. */
export function subscriptions(functions: EventFunction[]) {
  return functions.map((each) => ({
    pubsubname: each.component,
    topic: each.topic,
    route: routeOf(each),
    ...(each.deadLetterTopic ? { deadLetterTopic: each.deadLetterTopic } : {}),
    metadata: { rawPayload: String(each.raw ?? false) },
  }));
}

/**
 * Takes the events that the sidecar delivers, before express, for the reason that requests.ts gives.
 *
 * @returns a handler that says whether it took the request.
 */
export function deliveryHandler(functions: EventFunction[], parts: EventParts) {
  const routes = new Map(
    functions.map((each) => [routeOf(each), { name: each.name, deliver: createDelivery(each, parts) }]),
  );

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const route = request.method === "POST" ? routes.get(request.url ?? "") : undefined;
    if (!route) return false;
    const { traceparent } = request.headers as Record<string, string | undefined>;
    inTrace(traceparent, () => answer(route, request, response)).catch((error) =>
      answerProblem(parts.log, error, request, response),
    );
    return true;
  };

  async function answer({ name, deliver }: Route, request: IncomingMessage, response: ServerResponse) {
    demandSidecar(request.headers, parts.appApiToken);
    const status = await deliver(await readJson(request, bodyLimit), request, response);
    deliveries.inc({ function: name, outcome: status === "RETRY" ? "retry" : "done" });
    const text = JSON.stringify({ status });
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    response.end(text);
  }
}

interface Route {
  name: string;
  deliver: ReturnType<typeof createDelivery>;
}

/**
 * Runs one event function and says what the sidecar shall do:
 * SUCCESS acknowledges the event, RETRY brings it again after the pause that
 * components/resiliency.yaml sets. DROP is never answered: the sidecar loses a
 * dropped event when the dead-letter topic cannot be written, so dead letters are
 * published here and acknowledged after that.
 */
function createDelivery(each: EventFunction, { appId, sidecar, log, stopping }: EventParts) {
  // Counted in this replica's memory: a restart begins anew, which costs a few more attempts.
  const attempts = new LRUCache<string, number>({ max: 10_000 });
  const consumer = `${appId}/${each.name}`;

  return async (
    body: unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<"SUCCESS" | "RETRY"> => {
    const context = new CallContext({ log, stopping }, each.name, request, response);
    const event = CloudEvent.safeParse(body);
    // What has no id is known by what it is, so that two of a kind are one letter, and others are others.
    const id = event.success ? event.data.id : hash(body);

    const giveUp = async (data: unknown, reason: string) => {
      context.log.error({ event: id, topic: each.topic, reason }, "event given up");
      if (each.deadLetterTopic) {
        const letter: DeadLetter = { id, topic: each.topic, consumer, reason, data: letterData(data) };
        await sidecar.publish(each.component, each.deadLetterTopic, letter);
      }
      givenUp.inc({ function: each.name });
    };

    try {
      if (!event.success) {
        await giveUp(body, "not a CloudEvent");
        return "SUCCESS";
      }
      const data = each.data.safeParse(each.raw ? event.data : event.data.data);
      if (!data.success) {
        await giveUp(event.data.data ?? event.data.data_base64, z.prettifyError(data.error));
        return "SUCCESS";
      }
      try {
        await each.handle(data.data, Object.assign(context, { eventId: id, giveUp }));
        attempts.delete(id);
        return "SUCCESS";
      } catch (error) {
        if (error instanceof Retry || stopping.aborted) throw error;
        const count = (attempts.get(id) ?? 0) + 1;
        attempts.set(id, count);
        context.log.error({ err: error, event: id, attempt: count }, "event function failed");
        if (count < mostAttempts) return "RETRY";
        await giveUp(event.data.data, String(error));
        attempts.delete(id);
        return "SUCCESS";
      }
    } catch (error) {
      context.log.warn({ event: id, reason: String(error) }, "event will come again");
      return "RETRY";
    }
  };
}
