import { z } from "zod";
import { EntryRow } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";
import { streamJson } from "../stream-json.ts";

/** `GET /values/all`: every entry, repeats too, newest first, as the workshop has it. */
export default ({ entries }: Api) =>
  onRequest({
    name: "read-all",
    method: "GET",
    path: "/values/all",
    summary: "Every entry, repeats too, newest first.",
    answers: { 200: json("The whole history.", z.array(EntryRow)), ...later },
    handle() {
      async function* rows() {
        for await (const page of entries.all()) yield page.map((entry) => JSON.stringify(entry));
      }
      return streamJson("[]", rows());
    },
  });
