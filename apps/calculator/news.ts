import { LRUCache } from "lru-cache";
import type { Progress } from "../shared/contracts/events.ts";
import { components, topics } from "../shared/contracts/names.ts";
import type { Value } from "../shared/contracts/state.ts";
import { GroupCommit } from "../shared/runtime/group-commit.ts";
import type { Sidecar } from "../shared/runtime/sidecar.ts";

/** What every replica of the API, and through it every open page, is told. */
export interface News {
  /** Resolves when the broker has the news of these values. A value is announced once by a replica, and again by a redelivery after its death. */
  announce(values: Value[]): Promise<void>;
  /** Tells how far a long calculation is. May get lost. */
  progress(index: number, fraction: number): void;
}

const valuesPerEvent = 200;

export function openNews(sidecar: Sidecar, replica: string): News {
  const announced = new LRUCache<number, true>({ max: 100_000 });

  const commit = new GroupCommit<Value>(async (values) => {
    await sidecar.publish(components.broadcast, topics.calculated, { values });
    for (const { index } of values) announced.set(index, true);
  }, valuesPerEvent);

  return {
    async announce(values) {
      const fresh = values.filter(({ index }) => !announced.has(index));
      await Promise.all(fresh.map((value) => commit.add(value)));
    },

    progress(index, fraction) {
      const data: Progress = { index, fraction, calculatedBy: replica };
      sidecar.publish(components.broadcast, topics.progress, data).catch(() => {});
    },
  };
}
