import { LRUCache } from "lru-cache";
import { calculated, type Progress, progress } from "../shared/contracts/events.ts";
import type { Value } from "../shared/contracts/state.ts";
import { GroupCommit } from "../shared/runtime/group-commit.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/** Events for every replica of the API and, through it, for every client. */
export interface Announcements {
  /** Resolves when the broker has the event for these values. A value is announced once by a replica, and again by a redelivery after its death. */
  announce(values: Value[]): Promise<void>;
  /** Announces how far a long calculation is. May get lost. */
  progress(index: number, fraction: number): void;
}

const valuesPerEvent = 200;

export function openAnnouncements(sidecar: SidecarClient, replica: string): Announcements {
  const announced = new LRUCache<number, true>({ max: 100_000 });

  const commit = new GroupCommit<Value>(async (values) => {
    await sidecar.publish(calculated, { values });
    for (const { index } of values) announced.set(index, true);
  }, valuesPerEvent);

  return {
    async announce(values) {
      const fresh = values.filter(({ index }) => !announced.has(index));
      await Promise.all(fresh.map((value) => commit.add(value)));
    },

    progress(index, fraction) {
      const data: Progress = { index, fraction, calculatedBy: replica };
      sidecar.publish(progress, data).catch(() => {});
    },
  };
}
