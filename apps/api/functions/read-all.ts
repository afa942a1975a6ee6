import { onRequest } from "../../shared/runtime/functions.ts";
import type { Entries } from "../entries.ts";

/** `GET /values/all`: every entry, repeats too, newest first, as the workshop has it. Streamed: the history may be longer than memory. */
export const readAll = (entries: Entries) =>
  onRequest({
    name: "read-all",
    method: "GET",
    path: "/values/all",
    async handle() {
      const pages = entries.all();
      // The first page is read before the answer begins, so that a failure is still a status.
      const first = await pages.next();
      async function* body() {
        let separator = "[";
        for (let page = first; !page.done; page = await pages.next()) {
          for (const entry of page.value) {
            yield separator + JSON.stringify(entry);
            separator = ",\n";
          }
        }
        yield separator === "[" ? "[]" : "]";
      }
      return { headers: { "content-type": "application/json; charset=utf-8" }, body: body() };
    },
  });
