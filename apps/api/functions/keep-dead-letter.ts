import { createHash } from "node:crypto";
import { z } from "zod";
import { DeadLetter } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import type { DeadLetters } from "../dead-letters.ts";

/** Any bytes, as the sidecar wraps what it was told not to read. */
const Bytes = z.object({ data_base64: z.string() });

/**
 * Topic `submitted-dead` → a row in Postgres. Takes whatever is on the stream: letters
 * that functions wrote, and events that the sidecar itself could not read.
 *
 * Idempotent by the id of the event that died. While Postgres is away the letter waits.
 */
export const keepDeadLetter = (deadLetters: DeadLetters) =>
  onEvent({
    name: "keep-dead-letter",
    component: components.pubsub,
    topic: topics.submittedDead,
    raw: true,
    data: Bytes,
    async handle({ data_base64 }, { log }) {
      const letter = readLetter(Buffer.from(data_base64, "base64"));
      try {
        await deadLetters.keep(letter);
      } catch (error) {
        throw new Retry(`dead letter not kept: ${error}`);
      }
      log.warn({ event: letter.id, consumer: letter.consumer }, "dead letter kept");
    },
  });

/** Makes a letter of any bytes. */
export function readLetter(bytes: Buffer): DeadLetter {
  const bySidecar = {
    topic: topics.submitted,
    consumer: "sidecar",
    reason: "the sidecar could not deliver it",
  };
  try {
    const event = JSON.parse(bytes.toString());
    const letter = DeadLetter.safeParse(event.data);
    if (letter.success) return letter.data;
    if (typeof event.id === "string" && "data" in event) {
      return { ...bySidecar, id: event.id, data: event.data };
    }
  } catch {
    // No JSON: kept as it is.
  }
  const id = createHash("sha256").update(bytes).digest("hex");
  return { ...bySidecar, id, data: bytes.toString() };
}
