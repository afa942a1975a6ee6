/** What the HTTP API answers. The page imports the types only, at no cost. */
import { z } from "zod";
import { Submission } from "./events.ts";
import { Value } from "./state.ts";

const index = z.int().min(0);
const count = z.int().min(0);
const time = z.iso.datetime();

/** `GET /values/:index`, 200. */
export const CalculatedValue = z.object({ status: z.literal("calculated"), ...Value.shape });
/** `GET /values/:index`, 202: entered, and not calculated yet, or cancelled. */
export const PendingValue = z.object({ status: z.enum(["pending", "cancelled"]), index });
/** `GET /values`: what is known of one index. `unknown` was not entered, as far as this answer knows. */
export const ValueState = z.union([CalculatedValue, PendingValue]);
export type ValueState = z.infer<typeof ValueState>;

/** `GET /values?indexes=1,2,3`: one item for each index that was asked for and has a value. */
export const ValueList = z.object({ values: z.array(CalculatedValue) });
export type ValueList = z.infer<typeof ValueList>;

/** `POST /values`, 202: the submission is stored, and will be recorded and calculated. */
export const Accepted = z.object({ ...Submission.shape, status: z.literal("accepted") });
export type Accepted = z.infer<typeof Accepted>;

/** A row of `GET /values/all`, newest first. `number` is the workshop's name for the index. */
export const EntryRow = z.object({ id: z.uuid(), number: index, submittedAt: time });
export type EntryRow = z.infer<typeof EntryRow>;

/** `GET /entries?limit=50&before=<cursor>&index=40`: one page of the history, newest first. */
export const EntryPage = z.object({
  entries: z.array(EntryRow),
  /** Pass as `before` for the next, older page; null at the end. It stays right while entries are added. */
  next: z.string().nullable(),
});
export type EntryPage = z.infer<typeof EntryPage>;

/**
 * `GET /values/current`: index to text: the value, both ends of a long one with its count of digits, or the
 * workshop's "Nothing yet!". Always text, since the workshop's page renders it as it is.
 */
export const CurrentValues = z.record(z.string(), z.string());
export type CurrentValues = z.infer<typeof CurrentValues>;

/** A row of `GET /dead-letters`. */
export const DeadLetterRow = z.object({
  id: z.string(),
  /** The event's own id; letters of several consumers may share it. */
  eventId: z.string(),
  component: z.string(),
  topic: z.string(),
  consumer: z.string(),
  reason: z.string(),
  data: z.unknown(),
  diedAt: time,
  /** When it was last published again; null if never. */
  replayedAt: time.nullable(),
});
export type DeadLetterRow = z.infer<typeof DeadLetterRow>;

/** `GET /dead-letters`, newest first, at most 100. */
export const DeadLetterPage = z.object({
  deadLetters: z.array(DeadLetterRow),
  /** All that were not replayed. */
  total: count,
});
export type DeadLetterPage = z.infer<typeof DeadLetterPage>;

/** `POST /dead-letters/replay` and `POST /dead-letters/:id/replay`: how many were published again. */
export const Replayed = z.object({ replayed: count });
export type Replayed = z.infer<typeof Replayed>;

/** `GET /config`: what the page has to know before its first request. */
export const PublicConfig = z.object({ upperLimit: count });
export type PublicConfig = z.infer<typeof PublicConfig>;

/** `GET /system`: what this replica of the API knows of the whole. */
export const SystemState = z.object({
  replica: z.string(),
  startedAt: time,
  /** Answers with a value by where it was read from, since the replica started. */
  reads: z.object({ memory: count, replica: count, master: count }),
  /** Submissions that it accepted and that are not in Postgres yet. */
  unrecorded: count,
  /** Dead letters that nobody replayed. */
  deadLetters: count,
  /** Clients that read this replica's stream of events. `listeners` is its name before 0.2. */
  clients: count,
  listeners: count.meta({ deprecated: true }),
  /** The calculators that it heard of, by the values they announced. */
  calculators: z.array(z.object({ replica: z.string(), calculated: count, lastAt: time })),
});
export type SystemState = z.infer<typeof SystemState>;

/** `GET /system/sidecar`: what the sidecar of this replica says of itself, through Dapr's SDK. */
export const SidecarState = z.object({
  appId: z.string(),
  runtimeVersion: z.string().optional(),
  components: z.array(z.object({ name: z.string(), type: z.string(), version: z.string() })),
});
export type SidecarState = z.infer<typeof SidecarState>;

/** RFC 9457, as every error is answered: application/problem+json. `detail` is a sentence for a person. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
}

/**
 * `GET /events`, text/event-stream: named events whose data is JSON. Ids grow;
 * a client that reconnects with Last-Event-ID gets what it missed, or `reset`
 * when that is too long ago and it has to read everything again.
 */
export interface PageEvents {
  calculated: { values: Value[] };
  recorded: { entries: EntryRow[] };
  progress: { index: number; fraction: number; calculatedBy: string };
  cancelled: { index: number };
  reset: Record<string, never>;
}
