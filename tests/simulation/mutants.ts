import type { Edit } from "./bundle/build.ts";

/** A change that takes away what a promise rests on, and the kinds of schedules in which that has to show. */
export interface Mutant {
  name: string;
  families: string[];
  edits: Edit[];
}

const one = (name: string, families: string[], file: string, from: string, to: string): Mutant => ({
  name,
  families,
  edits: [{ file, from, to }],
});

const leases = "apps/calculator/leases.ts";
const calculations = "apps/calculator/calculations.ts";
const store = "apps/calculator/value-store.ts";
const submissions = "apps/api/submissions.ts";
const sweep = "apps/api/functions/sweep.ts";
const place = "apps/api/sweep-place.ts";
const record = "apps/api/functions/record.ts";
const entries = "apps/api/entries.ts";
const events = "apps/shared/runtime/event-route.ts";
const groups = "apps/shared/runtime/group-commit.ts";

export const mutants: Mutant[] = [
  one(
    "no lease: every replica may calculate",
    ["store", "processes"],
    leases,
    "await sidecar.saveState(components.state, writes).catch(",
    "await Promise.resolve().catch(",
  ),
  one(
    "leases are written without first-write",
    ["calm", "storm"],
    leases,
    "const base = { key: leaseKey(index), value, firstWrite: true };",
    "const base = { key: leaseKey(index), value };",
  ),
  one(
    "leases are never renewed",
    ["processes"],
    leases,
    "    await sidecar.saveState(components.state, mine);",
    "    if (mine.length < 0) await sidecar.saveState(components.state, mine);",
  ),
  one(
    "leases last for ever",
    ["processes"],
    leases,
    "return lease.value.until <= Date.now() && !justBack;",
    "return lease.value.until < 0 && !justBack;",
  ),
  one(
    "no look after a refused claim",
    ["store", "storm"],
    leases,
    "const mine = free.filter((index) => after.leases.get(index)?.value.holder === holder);",
    "const mine = free;",
  ),
  one(
    "a lease is deleted when its value is saved, as if the index had never been calculated",
    ["calm"],
    leases,
    "    done(index) {\n      held.delete(index);",
    "    done(index) {\n      held.delete(index);\n      sidecar.deleteState(components.state, leaseKey(index)).catch(() => {});",
  ),
  one(
    "calculations under way are not joined",
    ["calm", "cancel"],
    calculations,
    "const running = this.#running.get(index) ?? this.#begin(index);",
    "const running = this.#begin(index);",
  ),
  one(
    "a value that cannot be saved is given up",
    ["store"],
    calculations,
    "if (!(error instanceof SidecarError)) throw error;",
    "throw error;",
  ),
  {
    name: "cancellations are not looked at",
    families: ["cancel"],
    edits: [
      {
        file: calculations,
        from: "return indexes.filter((index) => !unwanted.has(index));",
        to: "return indexes.filter((index) => index >= 0 || unwanted.has(index));",
      },
      { file: calculations, from: "this.#cancelled.set(index, at);", to: "this.#cancelled.delete(index);" },
    ],
  },
  one(
    "a cancellation ends nothing",
    ["cancel"],
    calculations,
    "if (running && running.enteredAt < at) running.cancel.abort();",
    "if (running && running.enteredAt < at && index < 0) running.cancel.abort();",
  ),
  one(
    "the summary is saved before the digits are",
    ["store", "storm"],
    store,
    "          await sidecar.saveState(components.state, [{ key: chunkKey(summary.index, chunk), value: item }]);",
    "          if (chunk < 0) await sidecar.saveState(components.state, [{ key: chunkKey(summary.index, chunk), value: item }]);",
  ),
  one(
    "values are believed without an end, also of a store that lost them",
    ["loss"],
    store,
    "const latelyMilliseconds = 5_000;",
    "const latelyMilliseconds = 500_000;",
  ),
  one(
    "no sweep",
    ["processes", "loss"],
    sweep,
    "const again = await publishAbandoned();",
    "const again = 0;",
  ),
  one(
    "the sweep reads what is not committed yet as if it were",
    ["commits"],
    entries,
    "WHERE position < coalesce((SELECT min(position) FROM page WHERE young), position + 1)",
    "WHERE position < position + 1",
  ),
  one(
    "the sweep keeps its place when the store was emptied",
    ["mark"],
    place,
    "const counts = there?.value.life === life;",
    "const counts = there !== undefined;",
  ),
  one(
    "the sweep forgets what it waits for",
    ["processes"],
    sweep,
    "    let mark = BigInt(at);\n    for (const { entry } of missing.values()) {",
    "    let mark = BigInt(at);\n    for (const { entry } of [] as Missing[]) {",
  ),
  one(
    "overdue submissions are not published again",
    ["loss"],
    submissions,
    "await publish(overdue.map(({ submission }) => submission));",
    "await publish([]);",
  ),
  one(
    "submissions are forgotten when they are published",
    ["loss"],
    submissions,
    "await publishEvent(submissions, event);",
    'await publishEvent(submissions, event);\n      forget(submissions.map(({ id }) => id), "recorded");',
  ),
  one(
    "a 202 before Redis has it",
    ["store"],
    submissions,
    "await commit.add(submission);",
    "void commit.add(submission).catch(() => {});",
  ),
  one(
    "recording acknowledges what it could not write",
    ["history"],
    record,
    "throw isRefusal(error) ? error : new Retry(",
    "if (isRefusal(error)) throw error;\n        void String(",
  ),
  one(
    "recording does not tell the replicas",
    ["calm"],
    record,
    "await sidecar.publish(recorded, { entries: rows });",
    "",
  ),
  one(
    "an event that failed is acknowledged",
    ["restarts", "history"],
    events,
    '      context.log.warn({ event: eventId, reason: String(error) }, "event will be delivered again");\n      return "RETRY";',
    '      return "SUCCESS";',
  ),
  one(
    "an event that cannot be handled is dropped",
    ["letters"],
    events,
    "await sidecar.publish(deadLettersOf(topic), letter);",
    "void letter;",
  ),
  one(
    "a group that failed counts as done",
    ["history", "store"],
    groups,
    "for (const { failed } of group) failed(error);",
    "for (const { done } of group) done();",
  ),
  one(
    "no retry policy: a failed delivery is acknowledged",
    ["restarts", "history"],
    "components/resiliency.yaml",
    "      pubsub:\n        outbound:\n          timeout: store\n        inbound:\n          retry: untilHandled\n",
    "      pubsub:\n        outbound:\n          timeout: store\n",
  ),
  one(
    "retries end after three",
    ["restarts", "history"],
    "components/resiliency.yaml",
    "maxRetries: -1",
    "maxRetries: 3",
  ),
  one(
    "events of a dead sidecar are never claimed",
    ["processes"],
    "components/pubsub.yaml",
    'name: redeliverInterval\n      value: "5000"',
    'name: redeliverInterval\n      value: "0"',
  ),
  one(
    "replicas of the API share the news",
    ["calm"],
    "components/broadcast.yaml",
    'value: "{uuid}"',
    "value: api",
  ),
  one(
    "the stream is trimmed far too early",
    ["flood"],
    "components/pubsub.yaml",
    'value: "120000"',
    'value: "20000"',
  ),
  one(
    "pages are not told of values",
    ["calm"],
    calculations,
    "      await announcements.announce([value]);",
    "      void value;",
  ),
];
