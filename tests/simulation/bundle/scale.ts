import type { Edit } from "./build.ts";

/** Divides the limits of the API by World.scale, as the world divides the length of the stream. */
export const scaleEdits: Edit[] = [
  {
    file: "apps/api/submissions.ts",
    from: "export const mostUnrecorded = 50_000;",
    to: "export const mostUnrecorded = 500;",
  },
  {
    file: "apps/api/stream-share.ts",
    from: "export const mostEvents = 24_000;",
    to: "export const mostEvents = 24;",
  },
  {
    file: "apps/api/stream-share.ts",
    from: "export const mostEventsAtFirst = 500;",
    to: "export const mostEventsAtFirst = 1;",
  },
];
