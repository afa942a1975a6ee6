import { CurrentValues } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";
import { streamJson } from "../stream-json.ts";

/** `GET /values/current`: every index that was entered, with its value as text or "Nothing yet!", as the workshop has it. */
export default ({ values, entries }: Api) =>
  onRequest({
    name: "read-current",
    method: "GET",
    path: "/values/current",
    summary: 'Every index that was entered, with its value or "Nothing yet!".',
    answers: {
      200: json("Index to text: the value; both ends of a long one with its count of digits.", CurrentValues),
      ...later,
    },
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

/** Text for every index, since the workshop's page renders it as it is; short, since there may be thousands. */
export function shown(value: Value | undefined): string {
  if (!value) return "Nothing yet!";
  return value.value ?? `${value.head}…${value.tail} (${value.digitCount} digits)`;
}
