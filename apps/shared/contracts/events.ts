/** The events that travel between the apps: data of the CloudEvents on each topic. */
import { z } from "zod";
import { Value } from "./state.ts";

/** One index that a person entered. Entering the same index again is another submission. */
export const Submission = z.object({
  /** UUID version 7, made when it is accepted: unique, and it sorts by time. */
  id: z.uuid(),
  index: z.int().min(0),
  /** ISO 8601, when it was accepted. */
  submittedAt: z.iso.datetime(),
});
export type Submission = z.infer<typeof Submission>;

/** Most submissions in one event. Concurrent submissions share an event; see apps/api/functions/submit.ts. */
export const submissionsPerEvent = 500;

/** On `submitted`. */
export const Submitted = z.object({
  submissions: z.array(Submission).min(1).max(submissionsPerEvent),
});
export type Submitted = z.infer<typeof Submitted>;

/** On `cancelled`, and in the state store: entries of the index up to this moment need no value. */
export const Cancelled = z.object({ index: z.int().min(0), at: z.iso.datetime() });
export type Cancelled = z.infer<typeof Cancelled>;

/** On `calculated`. */
export const Calculated = z.object({ values: z.array(Value).min(1) });
export type Calculated = z.infer<typeof Calculated>;

/** On `progress`. */
export const Progress = z.object({
  index: z.int().min(0),
  /** 0 to 1. */
  fraction: z.number().min(0).max(1),
  calculatedBy: z.string(),
});
export type Progress = z.infer<typeof Progress>;

/** On `recorded`. */
export const Recorded = z.object({ entries: z.array(Submission).min(1) });
export type Recorded = z.infer<typeof Recorded>;

/** On `submitted-dead`, when a function gave an event up. */
export const DeadLetter = z.object({
  /** The CloudEvent's id, so that the same event given up twice is one dead letter. */
  id: z.string(),
  topic: z.string(),
  /** App id and function that gave it up, like "api/record". */
  consumer: z.string(),
  reason: z.string(),
  /** The CloudEvent's data, as it came. */
  data: z.unknown(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
