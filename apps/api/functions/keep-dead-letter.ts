import { submitted, submittedDead } from "../../shared/contracts/events.ts";
import { DeadLetter, deadLetterId } from "../../shared/runtime/dead-letter.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import { declaredTopics } from "../../shared/runtime/topic.ts";
import type { Api } from "../api.ts";
import { isRefusal } from "../database.ts";

/**
 * Topic `submitted-dead` → a row in Postgres. Takes whatever is on the stream: dead letters
 * of functions, events that the sidecar itself could not deliver, and any other bytes.
 *
 * Idempotent by the letter's id. While Postgres is away the letter waits; one that Postgres refuses for its
 * content is kept with its content as base64, so that no letter can hold up the others.
 */
export default ({ deadLetters }: Api) =>
  onEvent({
    name: "keep-dead-letter",
    topic: submittedDead,
    async handle({ data_base64 }, { log }) {
      const letter = readLetter(Buffer.from(data_base64, "base64"));
      try {
        await deadLetters.keep(letter).catch((error) => {
          if (!isRefusal(error)) throw error;
          const { id } = letter;
          return deadLetters.keep(madeOf(data_base64.slice(0, 100_000), `not storable as it came (${id})`));
        });
      } catch (error) {
        throw new Retry(`dead letter not kept: ${error}`);
      }
      log.warn({ letter: letter.id, consumer: letter.consumer }, "dead letter kept");
    },
  });

/** Makes a letter of any bytes. */
export function readLetter(bytes: Buffer): DeadLetter {
  let event: unknown;
  try {
    event = JSON.parse(bytes.toString());
  } catch {
    return madeOf(bytes.toString(), "not JSON");
  }
  const { id, data, topic, pubsubname, type } = (event ?? {}) as Record<string, unknown>;
  const letter = DeadLetter.safeParse(data);
  if (letter.success) {
    // Version 0.1 named a letter by its event alone.
    const { eventId = letter.data.id } = letter.data;
    return {
      ...letter.data,
      eventId,
      id: letter.data.eventId ? letter.data.id : named({ ...letter.data, eventId }),
    };
  }
  if (typeof id !== "string" || data === undefined) return madeOf(event, "not a CloudEvent");
  // The sidecar puts an event that it could not deliver on the dead-letter topic as it was.
  const known =
    declaredTopics.find((each) => each.name === topic && each.component === pubsubname) ?? submitted;
  const letterOfSidecar = {
    eventId: id,
    component: known.component,
    topic: known.name,
    ...(typeof type === "string" ? { type } : {}),
    consumer: "sidecar",
    reason: "the sidecar could not deliver it",
    data,
  };
  return { ...letterOfSidecar, id: named(letterOfSidecar) };
}

function madeOf(data: unknown, reason: string): DeadLetter {
  const letter = {
    eventId: "",
    component: submitted.component,
    topic: submitted.name,
    consumer: "sidecar",
    reason,
    data,
  };
  return { ...letter, id: named(letter) };
}

const named = (letter: Omit<DeadLetter, "id"> & { eventId: string }) =>
  deadLetterId({ eventId: letter.eventId, consumer: letter.consumer, data: letter.data });
