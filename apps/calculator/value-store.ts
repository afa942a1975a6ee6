import { LRUCache } from "lru-cache";
import { chunkDigits, endDigits, wholeDigits } from "../shared/contracts/digits.ts";
import { components } from "../shared/contracts/names.ts";
import {
  type Cancellation,
  type Chunk,
  cancelledKey,
  chunkKey,
  type Value,
  valueKey,
} from "../shared/contracts/state.ts";
import { GroupCommit } from "../shared/runtime/group-commit.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/** A value without what follows from its digits. */
export type Summary = Omit<Value, "digitCount" | "digits" | "value" | "head" | "tail">;

export interface ValueStore {
  /** The ones of these values that were in the store some seconds ago: an emptied store is noticed after them. */
  lately(indexes: number[]): Map<number, Value>;
  /** Whether this replica once knew the index to have a value. */
  hasMet(index: number): boolean;
  /** These were found in the store just now. */
  remember(values: Map<number, Value>): void;
  /**
   * Which of these indexes were cancelled after they were entered. Of the others it is noted that an entry that
   * came after the cancellation has been taken up.
   * @param entered index to the time when it was entered last, in ISO 8601.
   */
  cancelled(entered: Map<number, string>): Promise<Set<number>>;
  /** When the entry was made that was taken up after the index had been cancelled; undefined without one. */
  resumedBy(index: number): Promise<string | undefined>;
  /**
   * Saves a value: its chunks, then its summary, so that whoever finds the summary
   * finds the digits. Twice is once: the digits are the same, and the first summary stays.
   * @returns the summary that is in the store now.
   */
  save(summary: Summary, digits: Uint8Array): Promise<Value>;
}

const summariesAtOnce = 200;
/**
 * An index that many people enter is asked for once in a while, not with every event. Far
 * shorter than the sweep's patience, so that whoever lost a value to an emptied store gets
 * it calculated again.
 */
const latelyMilliseconds = 5_000;

export function openValueStore(sidecar: SidecarClient): ValueStore {
  const seenLately = new LRUCache<number, Value>({ max: 5_000, ttl: latelyMilliseconds });
  const met = new LRUCache<number, true>({ max: 100_000 });

  const saveSummaries = new GroupCommit<Value>(async (values) => {
    const writes = values.map((value) => ({ key: valueKey(value.index), value, firstWrite: true }));
    try {
      await sidecar.saveState(components.state, writes);
    } catch (error) {
      // A summary that was there already is refused, and fails the call for all: look which are there.
      const there = await sidecar.getState<Value>(
        components.state,
        writes.map(({ key }) => key),
      );
      if (writes.some(({ key }) => !there.has(key))) throw error;
    }
  }, summariesAtOnce);

  return {
    lately(indexes) {
      const values = indexes.flatMap((index) => seenLately.get(index) ?? []);
      return new Map(values.map((value) => [value.index, value]));
    },

    hasMet: (index) => met.has(index),

    remember(values) {
      for (const [index, value] of values) {
        seenLately.set(index, value);
        met.set(index, true);
      }
    },

    async cancelled(entered) {
      const found = await sidecar.getState<Cancellation>(
        components.state,
        [...entered.keys()].map(cancelledKey),
      );
      const unwanted = new Set<number>();
      for (const { value, etag } of found.values()) {
        const { index, at, resumedBy = "" } = value;
        const enteredAt = entered.get(index) ?? "";
        if (at > enteredAt) unwanted.add(index);
        else if (resumedBy < at) {
          // With the etag, so that a cancellation that came meanwhile stays; then that one decides.
          const write = { key: cancelledKey(index), value: { ...value, resumedBy: enteredAt }, etag };
          await sidecar.saveState(components.state, [write]).catch(async (error) => {
            const now = await sidecar.getState<Cancellation>(components.state, [cancelledKey(index)]);
            const newer = now.get(cancelledKey(index));
            if (newer === undefined || newer.etag === etag) throw error;
            if (newer.value.at > enteredAt) unwanted.add(index);
          });
        }
      }
      return unwanted;
    },

    async resumedBy(index) {
      const found = await sidecar.getState<Cancellation>(components.state, [cancelledKey(index)]);
      const { at, resumedBy = "" } = found.get(cancelledKey(index))?.value ?? { at: "" };
      return resumedBy !== "" && resumedBy >= at ? resumedBy : undefined;
    },

    async save(summary, digits) {
      const text = Buffer.from(digits.buffer, digits.byteOffset, digits.byteLength);
      const value: Value = {
        ...summary,
        // The name in 0.1, whose replicas read it during an update.
        digits: digits.length,
        digitCount: digits.length,
        ...excerpt(text),
      };
      if (value.value === undefined) {
        for (let chunk = 0; chunk * chunkDigits < digits.length; chunk++) {
          const part = text.subarray(chunk * chunkDigits, (chunk + 1) * chunkDigits);
          const item: Chunk = { digits: part.toString("latin1") };
          await sidecar.saveState(components.state, [{ key: chunkKey(summary.index, chunk), value: item }]);
        }
      }
      await saveSummaries.add(value);
      met.set(summary.index, true);
      return value;
    },
  };
}

function excerpt(text: Buffer): Pick<Value, "value" | "head" | "tail"> {
  if (text.length <= wholeDigits) return { value: text.toString("latin1") };
  return {
    head: text.toString("latin1", 0, endDigits),
    tail: text.toString("latin1", text.length - endDigits),
  };
}
