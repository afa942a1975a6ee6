import { z } from "zod";
import { EntryPage } from "../../shared/contracts/http.ts";
import { json, wholeNumber } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { indexInUrl } from "../index-schema.ts";
import { later, tooHigh } from "../problems.ts";

/** `GET /entries?limit=50&before=<cursor>&index=40`: the history, page by page, newest first. */
export default ({ entries, upperLimit }: Api) =>
  onRequest({
    name: "read-entries",
    method: "GET",
    path: "/entries",
    summary: "One page of the history, newest first. `next` is the cursor of the next page.",
    query: z.object({
      limit: wholeNumber("limit", 1, 1_000).default(50),
      before: z.uuid("must be a cursor, as the last page gave it in `next`").optional(),
      index: indexInUrl(upperLimit).optional(),
    }),
    answers: { 200: json("A page.", EntryPage), ...tooHigh, ...later },
    async handle({ query: { limit, before, index } }) {
      return {
        headers: { "cache-control": "no-store" },
        body: await entries.page({
          limit,
          ...(before === undefined ? {} : { before }),
          ...(index === undefined ? {} : { index }),
        }),
      };
    },
  });
