import { text } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import { later } from "../problems.ts";

/** `GET /events`: server-sent events for the page; see PageEvents in contracts/http.ts. */
export default ({ feed }: Api) =>
  onRequest({
    name: "stream-events",
    method: "GET",
    path: "/events",
    summary: "Server-sent events: calculated, recorded, progress, cancelled, reset.",
    headers: { "last-event-id": "The last event that the client saw; the stream goes on after it." },
    answers: { 200: text("A stream without end.", "text/event-stream"), ...later },
    handle({ headers }, { signal }) {
      return {
        headers: {
          "content-type": "text/event-stream",
          "cache-control": "no-store",
          // nginx would gather events before it passes them on.
          "x-accel-buffering": "no",
        },
        body: feed.listen(headers["last-event-id"], signal),
      };
    },
  });
