import { z } from "zod";
import { ValueList } from "../../shared/contracts/http.ts";
import { json, parsedBy } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { badRequest } from "../../shared/runtime/problem.ts";
import type { Api } from "../api.ts";
import { digitsUpTo, parseIndex } from "../index-schema.ts";
import { later, tooHigh } from "../problems.ts";

/** As many as a page of the history shows at once. */
const mostIndexes = 100;

/** `GET /values?indexes=1,2,3`: many values in one request, for a page of the history. Indexes without a value are left out. */
export default ({ values, upperLimit }: Api) => {
  const number = digitsUpTo(upperLimit);
  const indexes = parsedBy(
    { type: "string", pattern: `^${number}(,${number}){0,${mostIndexes - 1}}$` },
    (given) => {
      const texts = typeof given === "string" ? given.split(",") : [];
      if (texts.length === 0 || texts.length > mostIndexes) {
        throw badRequest(`\`indexes\` must be 1 to ${mostIndexes} indexes with commas between, like 1,2,3.`);
      }
      return [...new Set(texts.map((text) => parseIndex(text, upperLimit)))];
    },
  );
  return onRequest({
    name: "read-values",
    method: "GET",
    path: "/values",
    summary: "The values of up to 100 indexes; long ones as their count of digits and both ends.",
    query: z.object({ indexes }),
    answers: { 200: json("The values that are known.", ValueList), ...tooHigh, ...later },
    async handle({ query }) {
      const known = await values.get(query.indexes);
      const body: ValueList = {
        values: [...known.values()].map((value) => ({ status: "calculated", ...value })),
      };
      return { headers: { "cache-control": "no-store" }, body };
    },
  });
};
