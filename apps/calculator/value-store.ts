import type { Cancelled } from "../shared/contracts/events.ts";
import { components } from "../shared/contracts/names.ts";
import {
  type Chunk,
  cancelledKey,
  chunkDigits,
  chunkKey,
  endDigits,
  type Value,
  valueKey,
  wholeDigits,
} from "../shared/contracts/state.ts";
import { GroupCommit } from "../shared/runtime/group-commit.ts";
import type { Sidecar } from "../shared/runtime/sidecar.ts";

/** A value without what its digits say. */
export type Summary = Omit<Value, "digits" | "value" | "head" | "tail">;

export interface ValueStore {
  /** What the master has of these indexes. */
  get(indexes: number[]): Promise<Map<number, Value>>;
  /** When the ones of these indexes that were cancelled were cancelled last. */
  cancellations(indexes: number[]): Promise<Map<number, string>>;
  /** The index was entered again after it was cancelled. */
  forgetCancellation(index: number): Promise<void>;
  /**
   * Saves a value: its chunks, then its summary, so that whoever finds the summary
   * finds the digits. Twice is once: the digits are the same, and the first summary stays.
   * @returns the summary that is in the store now.
   */
  save(summary: Summary, digits: Uint8Array): Promise<Value>;
}

const summariesAtOnce = 200;

export function openValueStore(sidecar: Sidecar): ValueStore {
  async function get(indexes: number[]): Promise<Map<number, Value>> {
    const found = await sidecar.getState<Value>(components.state, indexes.map(valueKey));
    return new Map([...found.values()].map(({ value }) => [value.index, value]));
  }

  const saveSummaries = new GroupCommit<Value>(async (values) => {
    const writes = values.map((value) => ({ key: valueKey(value.index), value, firstWrite: true }));
    try {
      await sidecar.saveState(components.state, writes);
    } catch (error) {
      // A summary that was there already is refused, and fails the call for all: look which are there.
      const there = await get(values.map(({ index }) => index));
      if (values.some(({ index }) => !there.has(index))) throw error;
    }
  }, summariesAtOnce);

  return {
    get,

    async cancellations(indexes) {
      const found = await sidecar.getState<Cancelled>(components.state, indexes.map(cancelledKey));
      return new Map([...found.values()].map(({ value }) => [value.index, value.at]));
    },

    forgetCancellation: (index) => sidecar.deleteState(components.state, cancelledKey(index)),

    async save(summary, digits) {
      const text = Buffer.from(digits.buffer, digits.byteOffset, digits.byteLength);
      const value: Value = { ...summary, digits: digits.length, ...excerpt(text) };
      if (value.value === undefined) {
        for (let chunk = 0; chunk * chunkDigits < digits.length; chunk++) {
          const part = text.subarray(chunk * chunkDigits, (chunk + 1) * chunkDigits);
          const item: Chunk = { digits: part.toString("latin1") };
          await sidecar.saveState(components.state, [{ key: chunkKey(summary.index, chunk), value: item }]);
        }
      }
      await saveSummaries.add(value);
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
