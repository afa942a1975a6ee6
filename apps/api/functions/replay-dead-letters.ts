import { Replayed } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";
import { replay, replayable } from "../replay.ts";

/** Dead letters that one call replays. */
const mostAtOnce = 1_000;

/**
 * `POST /dead-letters/replay`: publishes dead letters again, oldest first, each on the
 * topic it came from. Letters that were never an event of ours stay where they are, are not counted, and
 * do not keep the others waiting.
 *
 * Calling it twice publishes twice, which is safe: handlers are idempotent. Dying in the middle leaves
 * letters waiting that were replayed. An event that fails again is a new dead letter.
 */
export default (api: Api) =>
  onRequest({
    name: "replay-dead-letters",
    method: "POST",
    path: "/dead-letters/replay",
    summary: "Publish all dead letters again, at most a thousand in one call.",
    access: "operator",
    answers: { 200: json("How many were published.", Replayed), ...later },
    publishes: replayable(),
    async handle() {
      const letters = await api.deadLetters.waiting(replayable(), mostAtOnce);
      return { body: { replayed: await replay(api, letters) } satisfies Replayed };
    },
  });
