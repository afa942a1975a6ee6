import { randomUUID } from "node:crypto";
import { components } from "../shared/contracts/names.ts";
import { type StoreLife, type SweepMark, storeLifeKey, sweepKey } from "../shared/contracts/state.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/**
 * How far the sweep has come in the history, kept in the state store: everything before
 * that place had its value there when it was written.
 *
 * The store can lose everything, or its last moments. Then the values are gone that the place says are there, so
 * it must be gone, too:
 *
 * - Each life of the store, from empty to emptied, has a name, and a place counts only in the life that it names.
 *   No etag can do that: one that names a missing key is accepted.
 * - A tick begins by writing a mark of its own and ends by writing the place over that mark, with its etag. If
 *   the store lost its last moments in between, the mark is gone and the place is refused. If it loses them
 *   afterwards, the next tick finds another mark than the one it left, and begins at the place that is there.
 */
export interface SweepPlace {
  /**
   * Begins a tick.
   * @param upperLimit the largest index that this replica looks after.
   * @returns the place to read on from, when this replica cannot go on where it was: it has just started,
   *   another replica ran the last tick, that tick failed, or the store lost something; else undefined.
   */
  begin(upperLimit: number): Promise<string | undefined>;
  /** Ends the tick and keeps the place. @throws when it is not kept, or not surely; the next tick begins again. */
  keep(position: string): Promise<void>;
}

export function openSweepPlace(sidecar: SidecarClient): SweepPlace {
  /** The tick that this replica ended last, as the store has it unless it lost something. */
  let ended: string | undefined;
  let mark: { value: SweepMark; etag: string } | undefined;

  async function nameLife(): Promise<string> {
    const value: StoreLife = { id: randomUUID() };
    // Another replica may be first; then its name is the one that is read.
    await sidecar
      .saveState(components.state, [{ key: storeLifeKey, value, firstWrite: true }])
      .catch(() => {});
    const found = await sidecar.getState<StoreLife>(components.state, [storeLifeKey]);
    const id = found.get(storeLifeKey)?.value.id;
    if (id === undefined) throw new Error("the store takes no name");
    return id;
  }

  async function write(value: SweepMark, etag: string | undefined): Promise<void> {
    await sidecar.saveState(components.state, [
      { key: sweepKey, value, ...(etag === undefined ? {} : { etag }) },
    ]);
  }

  return {
    async begin(upperLimit) {
      const last = ended;
      ended = undefined;
      mark = undefined;
      const found = await sidecar.getState<StoreLife & SweepMark>(components.state, [storeLifeKey, sweepKey]);
      const life = found.get(storeLifeKey)?.value.id ?? (await nameLife());
      const there = found.get(sweepKey);
      const counts = there?.value.life === life;
      // Indexes that were above the limit were passed by: a limit that was raised since begins from the start.
      const isRaised = (there?.value.upperLimit ?? Number.POSITIVE_INFINITY) < upperLimit;
      const position = counts && !isRaised ? there.value.position : "0";
      const value = { life, position, upperLimit, tick: randomUUID() };
      await write(value, there?.etag);
      const now = (await sidecar.getState<SweepMark>(components.state, [sweepKey])).get(sweepKey);
      if (now?.value.tick !== value.tick) throw new Error("another replica is sweeping");
      mark = { value, etag: now.etag };
      const isOurs = counts && !isRaised && last !== undefined && there.value.tick === last;
      return isOurs ? undefined : position;
    },

    async keep(position) {
      if (mark === undefined) throw new Error("no tick was begun");
      const tick = randomUUID();
      await write({ ...mark.value, position, tick }, mark.etag);
      ended = tick;
    },
  };
}
