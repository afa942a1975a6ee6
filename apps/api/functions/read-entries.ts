import { z } from "zod";
import { onRequest } from "../../shared/runtime/functions.ts";
import { badRequest } from "../../shared/runtime/problem.ts";
import type { Entries } from "../entries.ts";
import { parseIndex } from "../parse-index.ts";

const Query = z.object({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, "limit is a number from 1 to 1000")
    .transform(Number)
    .pipe(z.int().min(1).max(1_000))
    .default(50),
  before: z.uuid("before is a cursor that a page gave as next").optional(),
  index: z.string().optional(),
});

/** `GET /entries?limit=50&before=<cursor>&index=40`: the history, page by page, newest first. */
export const readEntries = (entries: Entries, upperLimit: number) =>
  onRequest({
    name: "read-entries",
    method: "GET",
    path: "/entries",
    async handle({ query }) {
      const parsed = Query.safeParse(query);
      if (!parsed.success) throw badRequest(parsed.error.issues.map(({ message }) => message).join("; "));
      const { limit, before, index } = parsed.data;
      return {
        headers: { "cache-control": "no-store" },
        body: await entries.page({
          limit,
          ...(before === undefined ? {} : { before }),
          ...(index === undefined ? {} : { index: parseIndex(index, upperLimit) }),
        }),
      };
    },
  });
