import { LRUCache } from "lru-cache";
import { chunkDigits } from "../shared/contracts/digits.ts";
import { components } from "../shared/contracts/names.ts";
import {
  type Cancellation,
  Chunk,
  cancelledKey,
  chunkKey,
  ReadValue,
  type Value,
  valueKey,
} from "../shared/contracts/state.ts";
import { unavailable } from "../shared/runtime/problem.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/**
 * The values that are known. They never change, so whatever copy answers is right:
 * memory first, then any replica, then, for what the replica does not have yet, the master.
 */
export interface Values {
  /** What is known of these indexes; the others are left out. */
  get(indexes: number[]): Promise<Map<number, Value>>;
  /** Whether the index was cancelled, and has not been begun again. */
  isCancelled(index: number): Promise<boolean>;
  /** Digits `from` to `to` (excluded) of a value, in pieces of at most a chunk. */
  digits(value: Value, from: number, to: number): AsyncGenerator<string>;
  /** Puts values into memory, as when another replica announced them. */
  remember(values: Value[]): void;
  /** Answers by the place they were read from, since this replica started. */
  readonly reads: { memory: number; replica: number; master: number };
}

/** Characters of values kept in memory. */
const memoryCharacters = 16_000_000;

export function openValues(sidecar: SidecarClient): Values {
  const memory = new LRUCache<number, Value>({
    maxSize: memoryCharacters,
    sizeCalculation: ({ value }) => 300 + (value?.length ?? 0),
  });
  const reads = { memory: 0, replica: 0, master: 0 };

  /** Reads keys from a replica, and what is missing there, or everything when it is down, from the master. */
  async function read<Item>(keys: string[], schema: { parse(value: unknown): Item }) {
    const items = new Map<string, Item>();
    for (const place of ["replica", "master"] as const) {
      const missing = keys.filter((key) => !items.has(key));
      if (missing.length === 0) break;
      const component = place === "replica" ? components.stateReplica : components.state;
      try {
        for (const [key, { value }] of await sidecar.getState(component, missing)) {
          items.set(key, schema.parse(value));
          reads[place] += 1;
        }
      } catch {
        if (place === "master") throw unavailable("The store with the values is unavailable.");
      }
    }
    return items;
  }

  function remember(values: Value[]): void {
    for (const value of values) memory.set(value.index, value);
  }

  return {
    reads,
    remember,

    async get(indexes) {
      const known = new Map<number, Value>();
      const unknown: number[] = [];
      for (const index of indexes) {
        const value = memory.get(index);
        if (value) known.set(index, value);
        else unknown.push(index);
      }
      reads.memory += known.size;
      if (unknown.length > 0) {
        const found = [...(await read(unknown.map(valueKey), ReadValue)).values()];
        remember(found);
        for (const value of found) known.set(value.index, value);
      }
      return known;
    },

    async isCancelled(index) {
      const found = await sidecar.getState<Cancellation>(components.state, [cancelledKey(index)]);
      return [...found.values()].some(({ value: { at, resumedBy = "" } }) => at >= resumedBy);
    },

    async *digits({ index, value }, from, to) {
      if (value !== undefined) {
        yield value.slice(from, to);
        return;
      }
      for (let at = from; at < to; ) {
        const chunk = Math.floor(at / chunkDigits);
        const start = chunk * chunkDigits;
        const key = chunkKey(index, chunk);
        const found = (await read([key], Chunk)).get(key);
        if (!found) throw unavailable(`Some digits of index ${index} are missing in the store.`);
        yield found.digits.slice(at - start, to - start);
        at = start + chunkDigits;
      }
    },
  };
}
