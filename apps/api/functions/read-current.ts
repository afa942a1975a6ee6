import type { CurrentValues } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Entries } from "../entries.ts";
import { streamJson } from "../stream-json.ts";
import type { Values } from "../values.ts";

/** `GET /values/current`: every index that was entered, with its value or "Nothing yet!", as the workshop has it. */
export const readCurrent = (values: Values, entries: Entries) =>
  onRequest({
    name: "read-current",
    method: "GET",
    path: "/values/current",
    handle() {
      async function* pairs() {
        for await (const indexes of entries.indexes()) {
          const known = await values.get(indexes);
          yield indexes.map((index) => `"${index}":${JSON.stringify(shown(known.get(index)))}`);
        }
      }
      return streamJson("{}", pairs());
    },
  });

function shown(value: Value | undefined): CurrentValues[string] {
  if (!value) return "Nothing yet!";
  return value.value ?? { digits: value.digits, head: value.head ?? "", tail: value.tail ?? "" };
}
