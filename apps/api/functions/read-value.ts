import { z } from "zod";
import { CalculatedValue, PendingValue, type ValueState } from "../../shared/contracts/http.ts";
import { json, problem } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { notFound } from "../../shared/runtime/problem.ts";
import type { Api } from "../api.ts";
import { indexInUrl } from "../index-schema.ts";
import { later, tooHigh } from "../problems.ts";

/** `GET /values/:index`: 200 with the value (a long one as its summary), 202 while it is pending or when it was cancelled, 404 if nobody entered it. */
export default ({ values, entries, submissions, upperLimit }: Api) =>
  onRequest({
    name: "read-value",
    method: "GET",
    path: "/values/:index",
    summary: "The value of one index; a long one as its count of digits and both ends.",
    params: z.object({ index: indexInUrl(upperLimit) }),
    answers: {
      200: json("Calculated.", CalculatedValue),
      202: json("Entered, and not calculated yet, or cancelled.", PendingValue),
      404: problem("Nobody entered the index."),
      ...tooHigh,
      ...later,
    },
    async handle({ params: { index } }) {
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
