import type { CurrentValues } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Entries } from "../entries.ts";
import type { Values } from "../values.ts";

/** `GET /values/current`: every index that was entered, with its value or "Nothing yet!", as the workshop has it. Streamed. */
export const readCurrent = (values: Values, entries: Entries) =>
  onRequest({
    name: "read-current",
    method: "GET",
    path: "/values/current",
    async handle() {
      const pages = entries.indexes();
      // The first page is read before the answer begins, so that a failure is still a status.
      const first = await pages.next();
      async function* body() {
        let separator = "{";
        for (let page = first; !page.done; page = await pages.next()) {
          const known = await values.get(page.value);
          for (const index of page.value) {
            yield `${separator}"${index}":${JSON.stringify(shown(known.get(index)))}`;
            separator = ",\n";
          }
        }
        yield separator === "{" ? "{}" : "}";
      }
      return { headers: { "content-type": "application/json; charset=utf-8" }, body: body() };
    },
  });

function shown(value: Value | undefined): CurrentValues[string] {
  if (!value) return "Nothing yet!";
  return value.value ?? { digits: value.digits, head: value.head ?? "", tail: value.tail ?? "" };
}
