import { randomUUID } from "node:crypto";
import { components } from "../shared/contracts/names.ts";
import { type StoreLife, type SweepMark, storeLifeKey, sweepKey } from "../shared/contracts/state.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";

/**
 * How far the sweep has come in the history, kept in the state store: everything before
 * that place had its value there when it was written.
 *
 * A store that loses its data loses the place as well. A replica that remembers one must
 * not write it into the emptied store, where it would hide every lost value; no etag
 * prevents that, since one that names a missing key is accepted. So each life of the
 * store has a name of its own, and a place counts only in the life that it names.
 */
export interface SweepPlace {
  /**
   * @returns the place to read on from, when this replica cannot go on where it was: it has
   *   just started, or the store lost everything or its last moments; else undefined.
   */
  lookUp(): Promise<string | undefined>;
  /** Keeps a place, unless it is the one that is kept. */
  keep(position: string): Promise<void>;
}

export function openSweepPlace(sidecar: SidecarClient): SweepPlace {
  let life: string | undefined;
  let kept = "0";

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

  return {
    async lookUp() {
      const found = await sidecar.getState<StoreLife & SweepMark>(components.state, [storeLifeKey, sweepKey]);
      const now = found.get(storeLifeKey)?.value.id ?? (await nameLife());
      const mark = found.get(sweepKey)?.value;
      const position = mark?.life === now ? mark.position : "0";
      // Further back than it was: the store lost its last moments, or another replica waits for a value there.
      const again = life !== now || BigInt(position) < BigInt(kept);
      life = now;
      kept = position;
      return again ? position : undefined;
    },

    async keep(position) {
      if (position === kept || life === undefined) return;
      const value: SweepMark = { life, position };
      await sidecar.saveState(components.state, [{ key: sweepKey, value }]);
      kept = position;
    },
  };
}
