import parseRange from "range-parser";
import { z } from "zod";
import { problem, text } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { HttpProblem, notFound } from "../../shared/runtime/problem.ts";
import type { Api } from "../api.ts";
import { indexInUrl } from "../index-schema.ts";
import { later, tooHigh } from "../problems.ts";

/**
 * `GET /values/:index/digits`: all digits as text, streamed. `Range: bytes=a-b` gives a
 * stretch of them, since a digit is a byte; `?download` names a file.
 */
export default ({ values, upperLimit }: Api) =>
  onRequest({
    name: "read-digits",
    method: "GET",
    path: "/values/:index/digits",
    summary: "All digits as text; `Range: bytes=from-to` selects some of them, a digit being a byte.",
    params: z.object({ index: indexInUrl(upperLimit) }),
    query: z.object({
      download: z.string().optional().meta({ description: "Present: names a file to save." }),
    }),
    answers: {
      200: text("All digits."),
      206: text("The digits of the range."),
      404: problem("The index has no value yet."),
      416: problem("The value has no such digits."),
      ...tooHigh,
      ...later,
    },
    async handle({ params: { index }, query, headers }) {
      const value = (await values.get([index])).get(index);
      if (!value) throw notFound(`Index ${index} has no value yet.`);

      const range = headers.range
        ? parseRange(value.digitCount, headers.range, { combine: true })
        : undefined;
      if (range === -1) {
        throw new HttpProblem(416, "No such digits", `The value has ${value.digitCount} digits.`, {
          "content-range": `bytes */${value.digitCount}`,
        });
      }
      // As RFC 9110 allows, a range that makes no sense, or several, are answered with the whole.
      const understood = range !== undefined && range !== -2 && range.type === "bytes" && range.length === 1;
      const part = understood ? range[0] : undefined;
      const from = part?.start ?? 0;
      const to = (part?.end ?? value.digitCount - 1) + 1;
      return {
        status: part ? 206 : 200,
        headers: {
          "content-type": "text/plain; charset=utf-8",
          "content-length": String(to - from),
          "accept-ranges": "bytes",
          "cache-control": "public, max-age=31536000, immutable",
          ...(part ? { "content-range": `bytes ${from}-${to - 1}/${value.digitCount}` } : {}),
          ...("download" in query
            ? { "content-disposition": `attachment; filename="fibonacci-${index}.txt"` }
            : {}),
        },
        body: values.digits(value, from, to),
      };
    },
  });
