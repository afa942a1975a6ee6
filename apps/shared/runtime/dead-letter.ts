import { createHash } from "node:crypto";
import { z } from "zod";

/**
 * An event that a function could not handle, or a part of it, as it travels on a dead-letter topic.
 * The same data that the same consumer dead-letters again, after a redelivery, is the same letter; another
 * consumer's, or another part of the event, is another.
 */
export const DeadLetter = z.object({
  id: z.string(),
  /** The CloudEvent's id. */
  eventId: z.string().optional(),
  /** Where the event came from, and where a replay publishes it. */
  component: z.string().optional(),
  topic: z.string(),
  /** The CloudEvent's type, which carries the version of the data. */
  type: z.string().optional(),
  /** App id and function that dead-lettered it, like "api/record". */
  consumer: z.string(),
  reason: z.string(),
  /** The CloudEvent's data, as it came. */
  data: z.unknown(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** Characters of JSON that a dead letter carries; events of ours have a tenth of that. */
const mostCharacters = 500_000;
const mostDepth = 100;

/** Names a letter by the event, its consumer, and the data that it carries. */
export function deadLetterId(letter: { eventId: string; consumer: string; data: unknown }): string {
  const identity = [letter.consumer, letter.eventId, JSON.stringify(letter.data) ?? "null"];
  return createHash("sha256").update(identity.join("\n")).digest("hex").slice(0, 32);
}

/**
 * What a dead letter keeps of an event's data: all of it, or its beginning as text when it is far
 * too large or too deeply nested to be one of ours. A letter has to fit into one call of the sidecar and
 * into a column of the database, or the event that nobody can handle would be delivered for ever.
 */
export function deadLetterData(data: unknown): unknown {
  // JSON leaves out what is undefined, and a letter without data is no letter.
  const whole = data ?? null;
  if (depthOf(whole, mostDepth) > mostDepth) return cut(stringified(whole), "nested too deeply");
  const text = stringified(whole);
  return text.length <= mostCharacters ? whole : cut(text, "too large");
}

const cut = (text: string, why: string) =>
  `${why}: ${text.length} characters, which begin with ${text.slice(0, 1_000)}`;

function stringified(data: unknown): string {
  try {
    return JSON.stringify(data);
  } catch {
    return "data that cannot be written as JSON";
  }
}

/** How deeply data is nested, level by level; counts no further than one beyond `most`. */
function depthOf(data: unknown, most: number): number {
  let level = [data];
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return depth;
  }
  return most + 1;
}
