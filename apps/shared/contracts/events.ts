/** The events that travel between the apps: each topic with the shape of its data. */
import { z } from "zod";
import { topic } from "../runtime/topic.ts";
import { components } from "./names.ts";
import { ReadValue } from "./state.ts";

/** One act of entering an index. Entering the same index again is another submission. */
export const Submission = z.object({
  /** UUID version 7, made when it is accepted: unique, and it sorts by time. */
  id: z.uuid(),
  index: z.int().min(0),
  /** ISO 8601, when it was accepted. */
  submittedAt: z.iso.datetime(),
});
export type Submission = z.infer<typeof Submission>;

/** Most submissions in one event. Concurrent submissions share an event; see apps/api/submissions.ts. */
export const submissionsPerEvent = 500;

/** Submissions that were accepted, to be recorded and calculated. */
export const submitted = topic({
  component: components.pubsub,
  name: "submitted",
  data: z.object({ submissions: z.array(Submission).min(1).max(submissionsPerEvent) }),
  deadLetterTopic: "submitted-dead",
});

/** Dead letters, and whatever the sidecar could not deliver: any bytes. */
export const submittedDead = topic({
  component: components.pubsub,
  name: "submitted-dead",
  data: z.object({ data_base64: z.string() }),
  raw: true,
});

/** Calculations that nobody wants any more. Also kept in the state store: entries of the index up to this moment need no value. */
export const Cancelled = z.object({ index: z.int().min(0), at: z.iso.datetime() });
export type Cancelled = z.infer<typeof Cancelled>;
export const cancelled = topic({ component: components.broadcast, name: "cancelled", data: Cancelled });

/** Values that became known. */
export const calculated = topic({
  component: components.broadcast,
  name: "calculated",
  data: z.object({ values: z.array(ReadValue).min(1) }),
});

/** How far a long calculation is. */
export const Progress = z.object({
  index: z.int().min(0),
  /** 0 to 1. */
  fraction: z.number().min(0).max(1),
  calculatedBy: z.string(),
});
export type Progress = z.infer<typeof Progress>;
export const progress = topic({ component: components.broadcast, name: "progress", data: Progress });

/** Entries that are in Postgres now. */
export const recorded = topic({
  component: components.broadcast,
  name: "recorded",
  data: z.object({ entries: z.array(Submission).min(1) }),
});
