import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { type AppContext, CallContext } from "./context.ts";
import { DeadLetter, deadLetterData, deadLetterId } from "./dead-letter.ts";
import { type AnyEventFunction, Retry } from "./functions.ts";
import { counter } from "./metrics.ts";
import { readJson } from "./read-json.ts";
import type { Route } from "./routes.ts";
import type { SidecarClient } from "./sidecar-client.ts";
import { type AnyTopic, type Topic, upcastData, versionOf } from "./topic.ts";
import { inTrace, traceOf } from "./trace.ts";

/** Deliveries of an event whose handler threw something unexpected, before it is a dead letter. */
export const mostAttempts = 5;

/**
 * During a rolling update an older replica may be given events of a version that only newer ones can
 * read. It has a few of them redelivered for a while, until a newer replica takes over.
 */
const mostHeldForNewer = 4;
const heldForNewerMilliseconds = 120_000;

const deliveries = counter(
  "event_deliveries_total",
  "Events delivered to this replica's functions, by outcome: done or retry.",
  ["function", "outcome"],
);
const deadLettered = counter(
  "event_dead_letters_total",
  "Events that a function dead-lettered, whole or in part.",
  ["function"],
);

/** The parts of a CloudEvent that are used. `data_base64` carries data that is not JSON. */
const CloudEvent = z.object({
  id: z.string(),
  type: z.unknown().optional(),
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
});

export interface EventParts {
  appId: string;
  sidecar: Pick<SidecarClient, "publish">;
  app: AppContext;
}

/** More than the sidecar can send: 4 MB, in base64, in an envelope. A delivery that is refused here is repeated for ever. */
const bodyLimit = 8 * 1024 * 1024;

const hash = (body: unknown) =>
  createHash("sha256")
    .update(JSON.stringify(deadLetterData(body)))
    .digest("hex");

const pathOf = ({ name }: AnyEventFunction) => `/subscriptions/${name}`;

/** What the sidecar reads from GET /dapr/subscribe at its start. */
export function subscriptions(functions: AnyEventFunction[]) {
  return functions.map((each) => ({
    pubsubname: each.topic.component,
    topic: each.topic.name,
    route: pathOf(each),
    ...(each.topic.deadLetterTopic ? { deadLetterTopic: each.topic.deadLetterTopic } : {}),
    metadata: { rawPayload: String(each.topic.raw ?? false) },
  }));
}

/** The route that the sidecar delivers a function's events to. */
export function eventRoute(each: AnyEventFunction, parts: EventParts): Route {
  const deliver = createDelivery(each, parts);
  return {
    method: "POST",
    path: pathOf(each),
    access: "sidecar",
    async answer({ request, response }) {
      await inTrace(traceOf(request.headers), async () => {
        const body = await readJson(request, bodyLimit).catch((error) => {
          // Not JSON can never be handled, and a refusal would bring it again without end.
          if (error instanceof Error && /JSON/.test(error.message)) return undefined;
          throw error;
        });
        const status = await deliver(body, request, response);
        deliveries.inc({ function: each.name, outcome: status === "RETRY" ? "retry" : "done" });
        const text = JSON.stringify({ status });
        response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
        response.end(text);
      });
    },
  };
}

/**
 * Runs one event function and says what the sidecar has to do:
 * SUCCESS acknowledges the event, RETRY has it delivered again after the pause that
 * components/resiliency.yaml sets. DROP is never answered: the sidecar loses a
 * dropped event when the dead-letter topic cannot be written, so dead letters are
 * published here and acknowledged after that.
 */
function createDelivery(each: AnyEventFunction, { appId, sidecar, app }: EventParts) {
  const { topic } = each;
  // Counted in this replica's memory: a restart begins at zero, which costs a few more attempts.
  const attempts = new LRUCache<string, number>({ max: 10_000 });
  const heldForNewer = new Map<string, number>();
  const consumer = `${appId}/${each.name}`;

  return async (
    body: unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<"SUCCESS" | "RETRY"> => {
    const context = new CallContext(app, each.name, request, response);
    const event = CloudEvent.safeParse(body);
    // An event without an id is known by its content, so that equal ones are one letter, and others are others.
    const eventId = event.success ? event.data.id : hash(body);
    const type = event.success && typeof event.data.type === "string" ? event.data.type : undefined;

    const deadLetter = async (given: unknown, reason: string) => {
      context.log.error({ event: eventId, topic: topic.name, reason }, "event dead-lettered");
      if (topic.deadLetterTopic) {
        const data = deadLetterData(given);
        const letter: DeadLetter = {
          id: deadLetterId({ eventId, consumer, data }),
          eventId,
          component: topic.component,
          topic: topic.name,
          ...(type === undefined ? {} : { type: type.slice(0, 200) }),
          consumer,
          reason: reason.slice(0, 2_000),
          data,
        };
        await sidecar.publish(deadLettersOf(topic), letter);
      }
      deadLettered.inc({ function: each.name });
    };

    try {
      if (!event.success) {
        await deadLetter(body, "not a CloudEvent");
        return "SUCCESS";
      }
      const version = versionOf(topic, type);
      if (version > topic.version) {
        if (mayHold(heldForNewer, eventId)) throw new Retry(`version ${version} is for a newer replica`);
        await deadLetter(
          event.data.data,
          `version ${version} of ${topic.name}; this replica reads up to ${topic.version}`,
        );
        return "SUCCESS";
      }
      const given = topic.raw ? event.data : event.data.data;
      const parsed = parse(topic, version, given);
      if (!parsed.success) {
        await deadLetter(event.data.data ?? event.data.data_base64, parsed.reason);
        return "SUCCESS";
      }
      try {
        await each.handle(parsed.data, Object.assign(context, { eventId, deadLetter }));
        attempts.delete(eventId);
        return "SUCCESS";
      } catch (error) {
        if (error instanceof Retry || app.stopping.aborted) throw error;
        const count = (attempts.get(eventId) ?? 0) + 1;
        attempts.set(eventId, count);
        context.log.error({ err: error, event: eventId, attempt: count }, "event function failed");
        if (count < mostAttempts) return "RETRY";
        await deadLetter(event.data.data, String(error));
        attempts.delete(eventId);
        return "SUCCESS";
      }
    } catch (error) {
      context.log.warn({ event: eventId, reason: String(error) }, "event will be delivered again");
      return "RETRY";
    }
  };
}

/** @param held event id to when it was first held, for the events that wait for a newer replica. */
function mayHold(held: Map<string, number>, eventId: string): boolean {
  const now = Date.now();
  // Others were handled elsewhere meanwhile, or are dead letters.
  for (const [id, since] of held) if (now - since > 2 * heldForNewerMilliseconds) held.delete(id);
  const since = held.get(eventId);
  if (since !== undefined) return now - since <= heldForNewerMilliseconds;
  if (held.size >= mostHeldForNewer) return false;
  held.set(eventId, now);
  return true;
}

type Parsed = { success: true; data: unknown } | { success: false; reason: string };

function parse(topic: AnyTopic, version: number, given: unknown): Parsed {
  try {
    const data = version < topic.version ? upcastData(topic, version, given) : given;
    const parsed = topic.data.safeParse(data);
    if (parsed.success) return { success: true, data: parsed.data };
    return { success: false, reason: z.prettifyError(parsed.error) };
  } catch (error) {
    return { success: false, reason: `version ${version} cannot be read: ${error}` };
  }
}

/** The dead-letter topic as a topic to publish on. */
export const deadLettersOf = (topic: AnyTopic): Topic<DeadLetter> => ({
  component: topic.component,
  name: topic.deadLetterTopic ?? "",
  version: 1,
  upcast: {},
  data: DeadLetter,
});
