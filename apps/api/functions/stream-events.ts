import { onRequest } from "../../shared/runtime/functions.ts";
import type { Feed } from "../feed.ts";

/** `GET /events`: server-sent events for the page; see PageEvents for what comes. */
export const streamEvents = (feed: Feed) =>
  onRequest({
    name: "stream-events",
    method: "GET",
    path: "/events",
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
