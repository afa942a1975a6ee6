import type { Edit } from "./bundle/build.ts";

/** A defect that was there once: the kind of schedules that finds it, and the change that puts it back. */
export interface Regression {
  name: string;
  family: string;
  edits: Edit[];
}

const share = "apps/api/stream-share.ts";
const sweep = "apps/api/functions/sweep.ts";
const place = "apps/api/sweep-place.ts";
const calculations = "apps/calculator/calculations.ts";
const leases = "apps/calculator/leases.ts";
const store = "apps/calculator/value-store.ts";

/** The defects that the simulation found before they were fixed. */
export const regressions: Regression[] = [
  {
    name: "an event that a lost node had read is trimmed under a fast stream",
    family: "flood",
    edits: [{ file: share, from: "const neededMilliseconds = 60_000;", to: "const neededMilliseconds = 0;" }],
  },
  {
    name: "restarts during an outage of Postgres fill the stream until unrecorded events are trimmed",
    family: "restarts",
    edits: [{ file: share, from: "Math.min(mostEvents, trusted)", to: "Math.max(mostEvents, trusted * 0)" }],
  },
  {
    name: "an index that is entered again joins its cancelled calculation",
    family: "cancel",
    edits: [
      { file: calculations, from: "    await this.#letGo(entered);\n", to: "" },
      { file: calculations, from: "      await this.#resume(index).catch(() => {});\n", to: "" },
    ],
  },
  {
    name: "an index that is entered again waits for the cancelled calculation of another replica",
    family: "cancel",
    edits: [{ file: calculations, from: "      await this.#resume(index).catch(() => {});\n", to: "" }],
  },
  {
    name: "the sweep's mark passes a value that the store lost after it was seen",
    family: "mark",
    edits: [
      { file: sweep, from: "const settledMilliseconds = 15_000;", to: "const settledMilliseconds = 0;" },
      {
        file: place,
        from: "await write({ ...mark.value, position, tick }, mark.etag);",
        to: "await write({ ...mark.value, position, tick }, undefined);",
      },
    ],
  },
  {
    name: "a sweep whose mark was not kept goes on from the place that it remembers",
    family: "mark",
    edits: [
      { file: sweep, from: "const settledMilliseconds = 15_000;", to: "const settledMilliseconds = 0;" },
      {
        file: place,
        from: "const isOurs = counts && !isRaised && last !== undefined && there.value.tick === last;",
        to: "const isOurs = counts && !isRaised && remembered;\n      remembered = true;",
      },
      {
        file: place,
        from: "  let ended: string | undefined;",
        to: "  let remembered = false;\n  let ended: string | undefined;",
      },
    ],
  },
  {
    name: "an idle replica takes over a lease right after an outage that it did not notice",
    family: "return",
    edits: [
      {
        file: leases,
        from: "  let troubleAt = Date.now();",
        to: "  let troubleAt = Number.NEGATIVE_INFINITY;",
      },
      {
        file: leases,
        from: "    setTimeout(() => {\n      renew()",
        to: "    setTimeout(() => {\n      (held.size > 0 ? renew() : Promise.resolve())",
      },
    ],
  },
  {
    name: "a lease is deleted although the value may have been saved",
    family: "unclear",
    edits: [
      {
        file: calculations,
        from: "if (isSaving) leases.done(index);",
        to: "if (isSaving && index < 0) leases.done(index);",
      },
      {
        file: leases,
        from: "      await sidecar.saveState(components.state, [released]);",
        to: "      await sidecar.deleteState(components.state, released.key, released.etag);",
      },
    ],
  },
  {
    name: "taking up an entry deletes a newer cancellation",
    family: "cancel",
    edits: [
      {
        file: store,
        from: "await sidecar.saveState(components.state, [write]).catch(",
        to: "await sidecar.deleteState(components.state, write.key).catch(",
      },
    ],
  },
  {
    name: "a lowered limit makes the sweep submit an index for ever",
    family: "limit",
    edits: [
      {
        file: sweep,
        from: "rows.filter(({ index }) => index <= upperLimit)",
        to: "rows.filter(({ index }) => index >= 0)",
      },
    ],
  },
  {
    name: "dead letters of one event hide each other",
    family: "letters",
    edits: [
      {
        file: "apps/shared/runtime/event-route.ts",
        from: "id: deadLetterId({ eventId, consumer, data }),",
        to: "id: eventId,",
      },
    ],
  },
];
