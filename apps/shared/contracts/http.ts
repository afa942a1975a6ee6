/** What the HTTP API answers. Types only: the page imports them at no cost. */
import type { Submission } from "./events.ts";
import type { Value } from "./state.ts";

/** `GET /values/:index`, and the answer to `POST /values`. */
export type ValueState =
  | ({ status: "calculated" } & Value)
  | { status: "pending" | "cancelled"; index: number };

/** `POST /values`, 202: kept, whatever happens from here. */
export type Accepted = Submission & { status: "accepted" };

/** A row of `GET /values/all`, newest first. `number` is the workshop's name for the index. */
export interface EntryRow {
  id: string;
  number: number;
  submittedAt: string;
}

/** `GET /entries?limit=50&before=<cursor>&index=40`: one page of the history, newest first. */
export interface EntryPage {
  entries: EntryRow[];
  /** Pass as `before` for the next, older page; null at the end. It stays right while entries are added. */
  next: string | null;
}

/** `GET /values/current`: index to value. A long value is an object, a missing one the workshop's phrase. */
export type CurrentValues = Record<
  string,
  string | "Nothing yet!" | { digits: number; head: string; tail: string }
>;

/** A row of `GET /dead-letters`. */
export interface DeadLetterRow {
  id: string;
  topic: string;
  consumer: string;
  reason: string;
  data: unknown;
  diedAt: string;
  /** When it was last published again; null if never. */
  replayedAt: string | null;
}

/** `GET /dead-letters`, newest first, at most 100; `POST /dead-letters/replay` and `POST /dead-letters/:id/replay` answer `{ replayed: number }`. */
export interface DeadLetterPage {
  deadLetters: DeadLetterRow[];
  total: number;
}

/** `GET /config`: what the page has to know before it asks. */
export interface PublicConfig {
  upperLimit: number;
}

/** `GET /system`: what this replica of the API knows of the whole. */
export interface SystemState {
  replica: string;
  startedAt: string;
  /** Answers with a value by the place it was read from, since the replica started. */
  reads: { memory: number; replica: number; master: number };
  /** Submissions that it accepted and that are not in Postgres yet. */
  unrecorded: number;
  /** Dead letters that nobody replayed. */
  deadLetters: number;
  /** Pages that listen to this replica. */
  listeners: number;
  /** The calculators that it heard of, by the values they announced. */
  calculators: { replica: string; calculated: number; lastAt: string }[];
}

/** RFC 9457, as application/problem+json. `detail` is a sentence for a person. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
}

/**
 * `GET /events`, text/event-stream: named events whose data is JSON. Ids grow;
 * a client that reconnects with Last-Event-ID gets what it missed, or `reset`
 * when that is too long ago and it has to read everything anew.
 */
export interface PageEvents {
  calculated: { values: Value[] };
  recorded: { entries: EntryRow[] };
  progress: { index: number; fraction: number; calculatedBy: string };
  cancelled: { index: number };
  reset: Record<string, never>;
}
