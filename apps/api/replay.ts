import { declaredTopics, upcastData, versionOf } from "../shared/runtime/topic.ts";
import type { Api } from "./api.ts";
import type { StoredDeadLetter } from "./dead-letters.ts";

/**
 * Topics that a dead letter can be published on again: those of this app's functions that have dead letters.
 * Whatever topic a letter names, a replay publishes on one of these or not at all.
 */
export const replayable = () => declaredTopics.filter(({ deadLetterTopic }) => deadLetterTopic !== undefined);

/**
 * Publishes the events of dead letters again, and marks the letters. An event that several consumers dead-lettered
 * is published once: it reaches all of them.
 * @returns how many events were published; other letters were never events of ours.
 */
export async function replay({ sidecar, deadLetters }: Api, letters: StoredDeadLetter[]): Promise<number> {
  const topics = replayable();
  const events = new Set<string>();
  const replayed: string[] = [];
  for (const { id, eventId, component, topic: name, type, data } of letters) {
    const topic = topics.find((each) => each.component === component && each.name === name);
    if (!topic || typeof data !== "object" || data === null) continue;
    const event = JSON.stringify([name, eventId, data]);
    // It was published with an older version perhaps; now it is this one.
    if (!events.has(event))
      await sidecar.publish(topic, upcastData(topic, versionOf(topic, type), data) as never);
    events.add(event);
    replayed.push(id);
  }
  if (replayed.length > 0) await deadLetters.markReplayed(replayed);
  return events.size;
}
