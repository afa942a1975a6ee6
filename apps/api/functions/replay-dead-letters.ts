import { components } from "../../shared/contracts/names.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { notFound } from "../../shared/runtime/problem.ts";
import type { Sidecar } from "../../shared/runtime/sidecar.ts";
import type { DeadLetters } from "../dead-letters.ts";

/** Letters that one call replays. */
const mostAtOnce = 1_000;

/**
 * `POST /dead-letters/replay`: publishes what died again, oldest first, each on the
 * topic it came from; `POST /dead-letters/:id/replay` one of them. What was never an
 * event of ours stays where it is and is not counted.
 *
 * Called twice it publishes twice, which handlers bear. Dying in the middle leaves
 * letters waiting that were replayed; again, handlers bear it. What dies once more is
 * a new dead letter.
 */
export const replayDeadLetters = (sidecar: Sidecar, deadLetters: DeadLetters) => {
  async function find(id: string) {
    // Postgres knows no NUL character, not even to look for it.
    const letter = id.includes("\u0000") ? undefined : await deadLetters.find(id);
    if (!letter) throw notFound("There is no such dead letter.");
    return letter;
  }

  return onRequest({
    name: "replay-dead-letters",
    method: "POST",
    path: "/dead-letters{/:id}/replay",
    async handle({ params }) {
      const letters = params.id ? [await find(params.id)] : await deadLetters.waiting(mostAtOnce);
      const replayed: string[] = [];
      for (const { id, topic, data } of letters) {
        if (typeof data !== "object" || data === null) continue;
        await sidecar.publish(components.pubsub, topic, data);
        replayed.push(id);
      }
      await deadLetters.markReplayed(replayed);
      return { body: { replayed: replayed.length } };
    },
  });
};
