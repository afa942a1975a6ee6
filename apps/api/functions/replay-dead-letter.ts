import { z } from "zod";
import { Replayed } from "../../shared/contracts/http.ts";
import { json, problem } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { notFound } from "../../shared/runtime/problem.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";
import { replay, replayable } from "../replay.ts";

/** `POST /dead-letters/:id/replay`: publishes one dead letter again; see replay-dead-letters.ts for what that means. */
export default (api: Api) =>
  onRequest({
    name: "replay-dead-letter",
    method: "POST",
    path: "/dead-letters/:id/replay",
    summary: "Publish one dead letter again.",
    access: "operator",
    params: z.object({ id: z.string() }),
    answers: {
      200: json("One, or none when it was never an event of ours.", Replayed),
      404: problem("There is no such dead letter."),
      ...later,
    },
    publishes: replayable(),
    async handle({ params: { id } }) {
      // Postgres knows no NUL character, not even to look for it.
      const letter = id.includes("\u0000") ? undefined : await api.deadLetters.find(id);
      if (!letter) throw notFound("There is no such dead letter.");
      return { body: { replayed: await replay(api, [letter]) } satisfies Replayed };
    },
  });
