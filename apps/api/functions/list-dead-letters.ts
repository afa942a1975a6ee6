import { DeadLetterPage } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";

/** `GET /dead-letters`: events that could not be handled, the newest hundred. */
export default ({ deadLetters }: Api) =>
  onRequest({
    name: "list-dead-letters",
    method: "GET",
    path: "/dead-letters",
    summary: "Events that could not be handled, the newest hundred.",
    answers: { 200: json("Dead letters, and how many were not replayed.", DeadLetterPage), ...later },
    handle: async () => ({
      headers: { "cache-control": "no-store" },
      body: await deadLetters.page(100),
    }),
  });
