import { type Submission, submitted } from "../../shared/contracts/events.ts";
import { components } from "../../shared/contracts/names.ts";
import {
  type Cancellation,
  cancelledKey,
  type Lease,
  leaseKey,
  type Value,
  valueKey,
} from "../../shared/contracts/state.ts";
import { onSchedule } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";
import type { RecordedEntry } from "../entries.ts";
import { oldestUncalculated, secondsSince, uncalculated } from "../gauges.ts";
import { openSweepPlace } from "../sweep-place.ts";

/** An entry whose value is not there this long after it was recorded is looked after. */
const patienceSeconds = 20;
const pageSize = 500;
/** Pages of history read in one tick at most, so that a tick stays short. */
const pagesPerTick = 20;
/**
 * A value counts as there when it is at least this old: a younger one may be among the last moments that the
 * store loses. Longer than a tick takes, see sweep-place.ts.
 */
const settledMilliseconds = 15_000;
/** Most indexes that are waited for; the history is read on when there are fewer. */
const mostMissing = 5_000;

interface Missing {
  /** The first entry of the index that was met without a value. */
  entry: RecordedEntry;
  /** When the index was entered last: a cancellation before that does not count. */
  enteredAt: string;
  /** Ticks between two publishes; doubles each time. */
  pause: number;
  ticksLeft: number;
}

/**
 * Every ten seconds, in one replica: repairs what no redelivery can.
 *
 * The history is read in the order of recording, and every index that has neither a
 * value nor a live lease is submitted again: after its calculator died with a long
 * calculation, after the stream was trimmed, after Redis came back empty. How far the
 * reading came is kept in the state store, so an emptied store begins it from the start, and
 * another replica goes on where the last one was.
 *
 * Publishing again is safe, since both handlers are idempotent. It happens needlessly
 * while a queue is long, and ever more seldom. A tick that fails or dies in the middle keeps its place: the
 * next one, here or in another replica, reads the same entries again.
 */
export default ({ sidecar, entries, submissions, upperLimit }: Api) => {
  const place = openSweepPlace(sidecar);
  let position = "0";
  const missing = new Map<number, Missing>();

  /** Takes off the list what is known for good or cancelled by now; says which of the rest nobody works on. */
  async function abandoned(indexes: number[]): Promise<number[]> {
    const values = await sidecar.getState<Value>(components.state, indexes.map(valueKey));
    const unknown = indexes.filter((index) => !values.has(valueKey(index)));
    const leases = await sidecar.getState<Lease>(components.state, unknown.map(leaseKey));
    const cancelled = await sidecar.getState<Cancellation>(components.state, unknown.map(cancelledKey));
    const settled = new Date(Date.now() - settledMilliseconds).toISOString();
    for (const index of indexes) {
      const cancelledAt = cancelled.get(cancelledKey(index))?.value.at ?? "";
      const unwanted = cancelledAt > (missing.get(index)?.enteredAt ?? "");
      const calculatedAt = values.get(valueKey(index))?.value.calculatedAt;
      if (unwanted || (calculatedAt !== undefined && calculatedAt < settled)) missing.delete(index);
    }
    const isLeased = (index: number) => (leases.get(leaseKey(index))?.value.until ?? 0) > Date.now();
    return unknown.filter((index) => missing.has(index) && !isLeased(index));
  }

  async function publishAbandoned(): Promise<number> {
    const due: Submission[] = [];
    const indexes = [...missing.keys()];
    for (let at = 0; at < indexes.length; at += pageSize) {
      for (const index of await abandoned(indexes.slice(at, at + pageSize))) {
        const each = missing.get(index) as Missing;
        each.ticksLeft -= 1;
        if (each.ticksLeft > 0) continue;
        each.pause = Math.min(each.pause * 2, 60);
        each.ticksLeft = each.pause;
        due.push({ id: each.entry.id, index, submittedAt: each.enteredAt });
      }
    }
    await submissions.publish(due);
    return due.length;
  }

  /** Puts every index of the next stretch of history on the list; what is known comes off again at once. */
  async function readOn(from: string): Promise<string> {
    let at = from;
    for (let page = 0; page < pagesPerTick && missing.size < mostMissing; page++) {
      const rows = await entries.recordedAfter(at, patienceSeconds, pageSize);
      // What is above the limit, since it was lowered, no calculator takes.
      const wanted = rows.filter(({ index }) => index <= upperLimit);
      for (const entry of wanted) {
        const there = missing.get(entry.index);
        if (!there) missing.set(entry.index, { entry, enteredAt: entry.submittedAt, pause: 1, ticksLeft: 1 });
        else if (entry.submittedAt > there.enteredAt) there.enteredAt = entry.submittedAt;
      }
      await abandoned([...new Set(wanted.map(({ index }) => index))]);
      at = rows.at(-1)?.position ?? at;
      if (rows.length < pageSize) break;
    }
    return at;
  }

  /** Everything up to here has its value. */
  function firstMissing(at: string): string {
    let mark = BigInt(at);
    for (const { entry } of missing.values()) {
      const before = BigInt(entry.position) - 1n;
      if (before < mark) mark = before;
    }
    return String(mark);
  }

  return onSchedule({
    name: "sweep",
    runs: { oncePerCluster: { everySeconds: 10, stateStore: components.state } },
    publishes: [submitted],
    async handle({ log }) {
      position = (await place.begin(upperLimit)) ?? position;
      position = await readOn(position);
      const again = await publishAbandoned();
      await place.keep(firstMissing(position));
      uncalculated.set(missing.size);
      oldestUncalculated.set(
        secondsSince([...missing.values()].map(({ entry }) => entry.submittedAt).sort()[0]),
      );
      if (again > 0) log.warn({ uncalculated: again }, "submitted again");
    },
  });
};
