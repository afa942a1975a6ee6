import { arrayOf, count, object, ref, type Schema, schemas, text } from "./openapi-schemas.ts";

const json = (description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});
const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ref("Problem") } },
});
const plain = (description: string, type: string) => ({ description, content: { [type]: { schema: text } } });

const badRequest = { 400: problem("The request cannot be read, or is no index.") };
const tooHigh = { 422: problem("Index too high.") };
const later = { 503: problem("Not now; Retry-After says when to try again.") };

/**
 * The HTTP API as an OpenAPI 3.1 description. What travels inside the system too comes from
 * the same schemas that check it there; tests/integration/fuzz.test.ts holds the rest
 * against the functions and their real answers.
 */
export function describeApi(upperLimit: number) {
  const index = {
    name: "index",
    in: "path",
    required: true,
    schema: { type: "integer", minimum: 0, maximum: upperLimit },
  };
  const query = (name: string, schema: Schema) => ({ name, in: "query", required: false, schema });

  return {
    openapi: "3.1.0",
    info: {
      title: "Fibonacci calculator",
      version: "1",
      description: "Every path also answers below /api.",
    },
    paths: {
      "/values": {
        post: {
          summary:
            "Take an index in. The 202 is a promise: the entry will be in the history once, and its value will come.",
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: object({
                  index: {
                    oneOf: [
                      { type: "integer", minimum: 0, maximum: upperLimit },
                      { type: "string", pattern: "^(0|[1-9][0-9]*)$" },
                    ],
                  },
                }),
              },
            },
          },
          responses: { 202: json("Kept.", ref("Accepted")), ...badRequest, ...tooHigh, ...later },
        },
      },
      "/values/all": {
        get: {
          summary: "Every entry, repeats too, newest first.",
          responses: { 200: json("The whole history.", arrayOf(ref("EntryRow"))), ...later },
        },
      },
      "/values/current": {
        get: {
          summary: 'Every index that was entered, with its value or "Nothing yet!".',
          responses: {
            200: json("Index to value; a long one as its count of digits and both ends.", {
              type: "object",
              additionalProperties: { oneOf: [text, object({ digits: count, head: text, tail: text })] },
            }),
            ...later,
          },
        },
      },
      "/values/{index}": {
        get: {
          summary: "The value of one index; a long one as its count of digits and both ends.",
          parameters: [index],
          responses: {
            200: json("Calculated.", ref("CalculatedValue")),
            202: json("Entered, and not calculated yet, or cancelled.", ref("PendingValue")),
            ...badRequest,
            404: problem("Nobody entered it."),
            ...tooHigh,
            ...later,
          },
        },
      },
      "/values/{index}/digits": {
        get: {
          summary: "All digits as text; Range takes a stretch of them.",
          parameters: [
            index,
            query("download", text),
            { name: "range", in: "header", required: false, schema: text },
          ],
          responses: {
            200: plain("All digits.", "text/plain"),
            206: plain("The digits that were asked for.", "text/plain"),
            ...badRequest,
            404: problem("The value is not there yet."),
            416: problem("There are no such digits."),
            ...tooHigh,
            ...later,
          },
        },
      },
      "/calculations/{index}": {
        delete: {
          summary: "Cancel a calculation. Its entries stay; entering the index again calculates it again.",
          parameters: [index],
          responses: {
            202: json("Cancelled.", ref("PendingValue")),
            ...badRequest,
            409: problem("The value is there already."),
            ...tooHigh,
            ...later,
          },
        },
      },
      "/entries": {
        get: {
          summary: "One page of the history, newest first. `next` is the cursor of the next page.",
          parameters: [
            query("limit", { type: "integer", minimum: 1, maximum: 1_000, default: 50 }),
            query("before", { type: "string", format: "uuid" }),
            query("index", { type: "integer", minimum: 0, maximum: upperLimit }),
          ],
          responses: { 200: json("A page.", ref("EntryPage")), ...badRequest, ...tooHigh, ...later },
        },
      },
      "/events": {
        get: {
          summary: "Server-sent events: calculated, recorded, progress, cancelled, reset.",
          parameters: [{ name: "last-event-id", in: "header", required: false, schema: text }],
          responses: { 200: plain("A stream without end.", "text/event-stream") },
        },
      },
      "/dead-letters": {
        get: {
          summary: "What could not be handled, the newest hundred.",
          responses: { 200: json("Dead letters.", ref("DeadLetterPage")), ...later },
        },
      },
      "/dead-letters/replay": {
        post: {
          summary: "Publish all dead letters again.",
          responses: { 200: json("How many.", object({ replayed: count })), ...badRequest, ...later },
        },
      },
      "/dead-letters/{id}/replay": {
        post: {
          summary: "Publish one dead letter again.",
          parameters: [{ name: "id", in: "path", required: true, schema: text }],
          responses: {
            200: json("One, or none when it was never an event of ours.", object({ replayed: count })),
            ...badRequest,
            404: problem("There is no such dead letter."),
            ...later,
          },
        },
      },
      "/system": {
        get: {
          summary: "What this replica of the API knows of the whole.",
          responses: { 200: json("Counts.", ref("SystemState")), ...later },
        },
      },
      "/config": {
        get: {
          summary: "What a page has to know before it asks.",
          responses: { 200: json("Settings.", object({ upperLimit: count })) },
        },
      },
      "/openapi.json": {
        get: { summary: "This description.", responses: { 200: json("OpenAPI 3.1.", { type: "object" }) } },
      },
    },
    components: { schemas },
  };
}
