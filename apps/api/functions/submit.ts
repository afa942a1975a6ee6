import { z } from "zod";
import { submitted } from "../../shared/contracts/events.ts";
import { Accepted } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { indexIn } from "../index-schema.ts";
import { later, tooHigh } from "../problems.ts";

/**
 * `POST /values {index}`: accepts a submission. The 202 is a promise: the submission is in
 * Redis, will be in Postgres exactly once, and the index will get its value.
 *
 * Concurrent requests share one publish, so the cost of a request falls as more arrive.
 * A request that is sent twice (by a client that got no answer) makes two entries: an entry is an act
 * of entering. If the process dies before it answers, nothing was promised.
 */
export default ({ submissions, upperLimit }: Api) =>
  onRequest({
    name: "submit",
    method: "POST",
    path: "/values",
    summary:
      "Enter an index. The 202 is a promise: the entry will be recorded once, and its index will get its value.",
    body: z.object({ index: indexIn(upperLimit) }, 'The body must be a JSON object like {"index": 40}.'),
    answers: { 202: json("Accepted.", Accepted), ...tooHigh, ...later },
    publishes: [submitted],
    async handle({ body: { index } }) {
      const { id, submittedAt } = await submissions.accept(index);
      const accepted: Accepted = { id, index, submittedAt, status: "accepted" };
      return { status: 202, headers: { location: `/values/${index}` }, body: accepted };
    },
  });
