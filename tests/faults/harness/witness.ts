import { setTimeout as pause } from "node:timers/promises";
import type { System } from "../../../scripts/local/system.ts";
import { askRedis } from "./connections.ts";

/**
 * Reads every announcement of a value off the stream itself. A calculation that came to its end has a
 * moment and a replica of its own, so an index with two of them was calculated twice; an
 * announcement that came twice was not.
 */
export interface Witness {
  /**
   * Indexes that were calculated more than once, with the moments of all calculations but the
   * first, in ISO 8601. One may be heard of long after it was done: a replica announces what
   * another calculated when it meets the value.
   */
  calculatedAgain(): Map<number, string[]>;
  readonly calculated: number;
  stop(): Promise<void>;
}

type Entry = [id: string, fields: string[]];

export function startWitness(system: System): Witness {
  /** Index to moments, each with its replica. */
  const calculations = new Map<number, Set<string>>();
  const stop = new AbortController();
  let last = "0";

  function hear(fields: string[]): void {
    const data = fields[fields.indexOf("data") + 1] ?? "{}";
    const event = JSON.parse(data) as {
      data?: { values?: { index: number; calculatedAt: string; calculatedBy: string }[] };
    };
    for (const { index, calculatedAt, calculatedBy } of event.data?.values ?? []) {
      const known = calculations.get(index) ?? new Set();
      calculations.set(index, known.add(`${calculatedAt} ${calculatedBy}`));
    }
  }

  const reading = (async () => {
    while (!stop.signal.aborted) {
      await askRedis(system, async (command) => {
        while (!stop.signal.aborted) {
          const newest = await command<Entry[]>("XREVRANGE", "calculated", "+", "-", "COUNT", "1");
          // A store that came back empty numbers on from the clock; one whose clock went back does not exist.
          if (newest.length === 0) last = "0";
          const entries = await command<Entry[]>("XRANGE", "calculated", `(${last}`, "+", "COUNT", "1000");
          for (const [id, fields] of entries) {
            hear(fields);
            last = id;
          }
          await pause(200, undefined, { signal: stop.signal });
        }
      }).catch(() => {});
      await pause(200, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();

  return {
    get calculated() {
      return calculations.size;
    },
    calculatedAgain: () =>
      new Map(
        [...calculations].flatMap(([index, moments]) => {
          const again = [...moments].sort().slice(1);
          return again.length > 0 ? [[index, again]] : [];
        }),
      ),
    async stop() {
      stop.abort();
      await reading;
    },
  };
}
