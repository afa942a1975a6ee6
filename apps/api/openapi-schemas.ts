/** What the HTTP API takes and gives, as JSON Schema. What also travels inside the system is made of the schemas that check it there. */
import { z } from "zod";
import { Submission } from "../shared/contracts/events.ts";
import { Value } from "../shared/contracts/state.ts";

export type Schema = Record<string, unknown>;

const schemaOf = (schema: z.ZodType): Schema => {
  const { $schema, ...rest } = z.toJSONSchema(schema) as Schema;
  return rest;
};
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const object = (properties: Record<string, Schema>, optional: string[] = []): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
export const arrayOf = (items: Schema): Schema => ({ type: "array", items });
export const text: Schema = { type: "string" };
const time: Schema = { type: "string", format: "date-time" };
export const count: Schema = { type: "integer", minimum: 0 };
const oneOfTexts = (...values: string[]): Schema => ({ type: "string", enum: values });

export const schemas: Record<string, Schema> = {
  Accepted: {
    allOf: [schemaOf(Submission), object({ status: oneOfTexts("accepted") })],
  },
  CalculatedValue: {
    allOf: [schemaOf(Value), object({ status: oneOfTexts("calculated") })],
  },
  PendingValue: object({ status: oneOfTexts("pending", "cancelled"), index: count }),
  EntryRow: object({ id: { type: "string", format: "uuid" }, number: count, submittedAt: time }),
  EntryPage: object({ entries: arrayOf(ref("EntryRow")), next: { type: ["string", "null"] } }),
  DeadLetterPage: object({ deadLetters: arrayOf(ref("DeadLetterRow")), total: count }),
  DeadLetterRow: object({
    id: text,
    topic: text,
    consumer: text,
    reason: text,
    data: {},
    diedAt: time,
    replayedAt: { type: ["string", "null"], format: "date-time" },
  }),
  SystemState: object({
    replica: text,
    startedAt: time,
    reads: object({ memory: count, replica: count, master: count }),
    unrecorded: count,
    deadLetters: count,
    listeners: count,
    calculators: arrayOf(object({ replica: text, calculated: count, lastAt: time })),
  }),
  Problem: object({ type: text, title: text, status: { type: "integer" }, detail: text }),
};
