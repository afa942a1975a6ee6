import { onRequest } from "../../shared/runtime/functions.ts";
import type { Entries } from "../entries.ts";
import { streamJson } from "../stream-json.ts";

/** `GET /values/all`: every entry, repeats too, newest first, as the workshop has it. */
export const readAll = (entries: Entries) =>
  onRequest({
    name: "read-all",
    method: "GET",
    path: "/values/all",
    handle() {
      async function* rows() {
        for await (const page of entries.all()) yield page.map((entry) => JSON.stringify(entry));
      }
      return streamJson("[]", rows());
    },
  });
