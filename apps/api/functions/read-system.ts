import type { SystemState } from "../../shared/contracts/http.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Calculators } from "../calculators.ts";
import type { DeadLetters } from "../dead-letters.ts";
import type { Feed } from "../feed.ts";
import type { Submissions } from "../submissions.ts";
import type { Values } from "../values.ts";

export interface SystemParts {
  replica: string;
  values: Values;
  submissions: Submissions;
  deadLetters: DeadLetters;
  feed: Feed;
  calculators: Calculators;
}

/** `GET /system`: what this replica knows of the whole. Behind a load balancer another replica may answer the next time. */
export const readSystem = ({ replica, values, submissions, deadLetters, feed, calculators }: SystemParts) => {
  const startedAt = new Date().toISOString();
  return onRequest({
    name: "read-system",
    method: "GET",
    path: "/system",
    async handle() {
      const state: SystemState = {
        replica,
        startedAt,
        reads: values.reads,
        unrecorded: submissions.unrecorded,
        deadLetters: await deadLetters.count(),
        listeners: feed.listeners,
        calculators: calculators.list(),
      };
      return { headers: { "cache-control": "no-store" }, body: state };
    },
  });
};
