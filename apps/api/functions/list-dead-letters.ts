import { onRequest } from "../../shared/runtime/functions.ts";
import type { DeadLetters } from "../dead-letters.ts";

/** `GET /dead-letters`: what could not be handled, the newest hundred. */
export const listDeadLetters = (deadLetters: DeadLetters) =>
  onRequest({
    name: "list-dead-letters",
    method: "GET",
    path: "/dead-letters",
    handle: async () => ({
      headers: { "cache-control": "no-store" },
      body: await deadLetters.page(100),
    }),
  });
