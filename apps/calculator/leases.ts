import { randomUUID } from "node:crypto";
import { components } from "../shared/contracts/names.ts";
import { type Lease, leaseKey, storeLifeKey, type Value, valueKey } from "../shared/contracts/state.ts";
import type { SidecarClient, StateItem, StateWrite } from "../shared/runtime/sidecar-client.ts";

/** What the store had of some indexes, read in one call. */
export interface Seen {
  values: Map<number, Value>;
  leases: Map<number, StateItem<Lease>>;
}

const nothing: Seen = { values: new Map(), leases: new Map() };

/**
 * Leases let one calculator at a time work on an index. A lease runs out unless it is
 * renewed, so an index whose calculator died is free again after half a minute.
 *
 * Built on the store's first-write rule (docs/guarantees.md): a key that was written
 * first-write takes another first-write only with its current etag. The end of a lease is
 * in its value; the key stays as long as the store does. So an index that has no such key
 * was never worked on: who is the first to write it needs not look for a value.
 * Replicas' clocks have to agree to some seconds.
 */
export interface Leases {
  /** @throws when the store could not be asked. */
  look(indexes: number[]): Promise<Seen>;
  /**
   * Takes the leases that are free; returns the indexes that are now this replica's and have no value.
   * @param seen what a look found just before: no values of these indexes. Without it only
   *   those are taken that nobody ever had, in one call, and the others need a look.
   * @throws when the store could not be asked, or takes no leases.
   */
  acquire(indexes: number[], seen?: Seen): Promise<number[]>;
  /** Gives up a lease before it expires, so that another replica can begin at once. */
  release(index: number): Promise<void>;
  /** Keeps an index past its calculation until its lease ends by itself: nobody has to ask again. */
  done(index: number): void;
}

const leaseMilliseconds = 30_000;
const renewMilliseconds = leaseMilliseconds / 4;
/** How long after a failure the store is asked again: soon, so that a lease is renewed before others take it over. */
const againMilliseconds = 2_000;
/** After an outage of the store, how long a holder has to renew a lease that expired meanwhile. */
const returnMilliseconds = leaseMilliseconds / 2;

export function openLeases(sidecar: SidecarClient, replica: string): Leases {
  /** Index to holder, for the leases that are renewed. */
  const held = new Map<number, string>();
  /** When the store last failed; nobody could renew leases then. A replica that starts cannot know, and waits as after an outage. */
  let troubleAt = Date.now();
  const noteTrouble = () => {
    troubleAt = Date.now();
  };

  const write = (index: number, holder: string, etag?: string): StateWrite => {
    const value: Lease = { holder, until: Date.now() + leaseMilliseconds };
    const base = { key: leaseKey(index), value, firstWrite: true };
    return etag === undefined ? base : { ...base, etag };
  };

  async function look(indexes: number[]): Promise<Seen> {
    const keys = [...indexes.map(valueKey), ...indexes.map(leaseKey)];
    try {
      const found = await sidecar.getState<Value & Lease>(components.state, keys);
      const pick = (key: (index: number) => string) =>
        indexes.flatMap((index) => {
          const item = found.get(key(index));
          return item ? ([[index, item]] as const) : [];
        });
      return {
        values: new Map(pick(valueKey).map(([index, { value }]) => [index, value])),
        leases: new Map(pick(leaseKey)),
      };
    } catch (error) {
      noteTrouble();
      throw error;
    }
  }

  /** Renews what is held. Asks the store even when nothing is: an idle replica has to notice outages, too. */
  async function renew(): Promise<void> {
    const indexes = [...held.keys()];
    const leases = await sidecar.getState<Lease>(components.state, [storeLifeKey, ...indexes.map(leaseKey)]);
    const mine = indexes.flatMap((index) => {
      const lease = leases.get(leaseKey(index));
      const holder = held.get(index);
      return holder && lease?.value.holder === holder ? [write(index, holder, lease.etag)] : [];
    });
    await sidecar.saveState(components.state, mine);
  }

  const renewAfter = (milliseconds: number) =>
    setTimeout(() => {
      renew().then(
        () => renewAfter(renewMilliseconds),
        () => {
          noteTrouble();
          renewAfter(againMilliseconds);
        },
      );
    }, milliseconds).unref();
  renewAfter(renewMilliseconds);

  return {
    look,

    async acquire(indexes, seen = nothing) {
      const justBack = Date.now() - troubleAt < returnMilliseconds;
      const free = indexes.filter((index) => {
        const lease = seen.leases.get(index);
        if (lease === undefined || lease.value.until === 0) return true;
        return lease.value.until <= Date.now() && !justBack;
      });
      if (free.length === 0) return [];
      const holder = `${replica}/${randomUUID()}`;
      const writes = free.map((index) => write(index, holder, seen.leases.get(index)?.etag));
      let refusal: unknown;
      await sidecar.saveState(components.state, writes).catch((error) => {
        refusal = error;
      });
      // All are ours. Nor has anybody calculated one since the look, or ever if there was none: its
      // lease would be there, and this write would have been refused.
      if (!refusal) {
        for (const index of free) held.set(index, holder);
        return free;
      }
      // Some were lost to another replica, and the answer does not say which: looking does.
      const after = await look(free);
      const mine = free.filter((index) => after.leases.get(index)?.value.holder === holder);
      const taken = free.some((index) => {
        const lease = after.leases.get(index);
        return (lease && lease.etag !== seen.leases.get(index)?.etag) || after.values.has(index);
      });
      // Nobody took any of them: the store is full, or takes no writes.
      if (!taken) {
        noteTrouble();
        throw refusal;
      }
      // Between the two looks somebody may have calculated it to the end.
      const open = mine.filter((index) => !after.values.has(index));
      for (const index of open) held.set(index, holder);
      return open;
    },

    async release(index) {
      const holder = held.get(index);
      held.delete(index);
      const lease = (await sidecar.getState<Lease>(components.state, [leaseKey(index)])).get(leaseKey(index));
      if (!holder || lease?.value.holder !== holder) return;
      // The key stays: without it the index would count as never calculated, and its value may be on its way.
      const value: Lease = { holder, until: 0 };
      const released = { key: leaseKey(index), value, firstWrite: true, etag: lease.etag };
      await sidecar.saveState(components.state, [released]);
    },

    done(index) {
      held.delete(index);
    },
  };
}
