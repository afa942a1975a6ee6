import { SystemState } from "../../shared/contracts/http.ts";
import { json } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";

/** `GET /system`: what this replica knows of the whole. Behind a load balancer another replica may answer the next time. */
export default ({ replica, values, submissions, deadLetters, feed, calculators }: Api) => {
  const startedAt = new Date().toISOString();
  return onRequest({
    name: "read-system",
    method: "GET",
    path: "/system",
    summary: "What this replica of the API knows of the whole.",
    answers: { 200: json("Counts.", SystemState), ...later },
    async handle() {
      const state: SystemState = {
        replica,
        startedAt,
        reads: values.reads,
        unrecorded: submissions.unrecorded,
        deadLetters: await deadLetters.count(),
        clients: feed.clients,
        listeners: feed.clients,
        calculators: calculators.list(),
      };
      return { headers: { "cache-control": "no-store" }, body: state };
    },
  });
};
