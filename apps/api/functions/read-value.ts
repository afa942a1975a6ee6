import type { ValueState } from "../../shared/contracts/http.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { notFound } from "../../shared/runtime/problem.ts";
import type { Entries } from "../entries.ts";
import { parseIndex } from "../parse-index.ts";
import type { Submissions } from "../submissions.ts";
import type { Values } from "../values.ts";

/** `GET /values/:index`: 200 with the value (a long one as its summary), 202 while it is pending or when it was cancelled, 404 if nobody entered it. */
export const readValue = (values: Values, entries: Entries, submissions: Submissions, upperLimit: number) =>
  onRequest({
    name: "read-value",
    method: "GET",
    path: "/values/:index",
    async handle({ params }) {
      const index = parseIndex(params.index, upperLimit);
      const value = (await values.get([index])).get(index);
      if (value) {
        const state: ValueState = { status: "calculated", ...value };
        return { headers: { "cache-control": "public, max-age=3600" }, body: state };
      }
      if (!submissions.isWaiting(index) && !(await entries.has(index))) {
        throw notFound(`Index ${index} was not entered yet.`);
      }
      const state: ValueState = {
        status: (await values.isCancelled(index)) ? "cancelled" : "pending",
        index,
      };
      return { status: 202, headers: { "retry-after": "1", "cache-control": "no-store" }, body: state };
    },
  });
