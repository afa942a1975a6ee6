import type { Accepted } from "../../shared/contracts/http.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { parseIndex } from "../parse-index.ts";
import type { Submissions } from "../submissions.ts";

/**
 * `POST /values {index}`: takes an index in. The 202 is a promise: the entry is in
 * Redis, will be in Postgres exactly once, and its value will be there.
 *
 * Concurrent requests share one publish, so what a request costs falls as more come.
 * Sent twice (by a client that got no answer) it is two entries: an entry is an act
 * of entering. Whoever dies in the middle has promised nothing.
 */
export const submit = (submissions: Submissions, upperLimit: number) =>
  onRequest({
    name: "submit",
    method: "POST",
    path: "/values",
    async handle({ body }) {
      const index = parseIndex((body as { index?: unknown } | null | undefined)?.index, upperLimit);
      const submission = await submissions.accept(index);
      const accepted: Accepted = { ...submission, status: "accepted" };
      return { status: 202, headers: { location: `/values/${index}` }, body: accepted };
    },
  });
