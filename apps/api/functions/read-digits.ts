import parseRange from "range-parser";
import { onRequest } from "../../shared/runtime/functions.ts";
import { HttpProblem, notFound } from "../../shared/runtime/problem.ts";
import { parseIndex } from "../parse-index.ts";
import type { Values } from "../values.ts";

/**
 * `GET /values/:index/digits`: all digits as text, streamed. `Range: bytes=a-b` gives a
 * stretch of them, since a digit is a byte; `?download` names a file.
 */
export const readDigits = (values: Values, upperLimit: number) =>
  onRequest({
    name: "read-digits",
    method: "GET",
    path: "/values/:index/digits",
    async handle({ params, query, headers }) {
      const index = parseIndex(params.index, upperLimit);
      const value = (await values.get([index])).get(index);
      if (!value) throw notFound(`The value of index ${index} is not there yet.`);

      const range = headers.range ? parseRange(value.digits, headers.range, { combine: true }) : undefined;
      if (range === -1) {
        throw new HttpProblem(416, "No such digits", `The value has ${value.digits} digits.`, {
          "content-range": `bytes */${value.digits}`,
        });
      }
      // As RFC 9110 allows, a range that makes no sense, or several, are answered with the whole.
      const understood = range !== undefined && range !== -2 && range.type === "bytes" && range.length === 1;
      const part = understood ? range[0] : undefined;
      const from = part?.start ?? 0;
      const to = (part?.end ?? value.digits - 1) + 1;
      return {
        status: part ? 206 : 200,
        headers: {
          "content-type": "text/plain; charset=utf-8",
          "content-length": String(to - from),
          "accept-ranges": "bytes",
          "cache-control": "public, max-age=31536000, immutable",
          ...(part ? { "content-range": `bytes ${from}-${to - 1}/${value.digits}` } : {}),
          ...("download" in query
            ? { "content-disposition": `attachment; filename="fibonacci-${index}.txt"` }
            : {}),
        },
        body: values.digits(value, from, to),
      };
    },
  });
