import type { Logger } from "pino";
import type { SidecarClient, StateItem } from "./sidecar-client.ts";

/** Who runs a schedule in the current period. */
interface ScheduleLease {
  holder: string;
  /** Milliseconds since 1970; from then on any replica may run the next tick. */
  until: number;
}

/** Ticks of different replicas come at different moments: a period counts as over a little early, so that none is skipped. */
const shareOfPeriod = 0.9;

/**
 * Lets one replica of an app run a schedule once in each period. The lease is a key of the state store,
 * written first-write: of two replicas that tick at the same time one is refused. Replicas' clocks have
 * to agree to a tenth of the period.
 */
export class ClusterLease {
  readonly #sidecar: Pick<SidecarClient, "getState" | "saveState">;
  readonly #store: string;
  readonly #key: string;
  readonly #holder: string;
  readonly #log: Logger;

  constructor(
    sidecar: Pick<SidecarClient, "getState" | "saveState">,
    { store, schedule, holder, log }: { store: string; schedule: string; holder: string; log: Logger },
  ) {
    this.#sidecar = sidecar;
    this.#store = store;
    this.#key = `schedule:${schedule}`;
    this.#holder = holder;
    this.#log = log;
  }

  /**
   * @returns whether this replica runs the tick of the current period.
   * @throws SidecarError when the store could not be asked.
   */
  async acquire(everySeconds: number): Promise<boolean> {
    const there = await this.#read();
    if (there && there.value.until > Date.now()) return false;
    const until = Date.now() + everySeconds * 1_000 * shareOfPeriod;
    const lease: ScheduleLease = { holder: this.#holder, until };
    try {
      await this.#write(lease, there);
      return true;
    } catch (error) {
      // Refused, or not known whether it was written: what is there now decides.
      const after = await this.#read();
      if (after?.value.holder === this.#holder && after.value.until === until) return true;
      if (after?.etag === there?.etag) throw error;
      return false;
    }
  }

  /** After a tick that failed: lets the next tick of any replica run at once. */
  async release(): Promise<void> {
    try {
      const there = await this.#read();
      if (there?.value.holder === this.#holder) await this.#write({ holder: this.#holder, until: 0 }, there);
    } catch (error) {
      this.#log.warn({ reason: String(error) }, "schedule lease not released; it expires by itself");
    }
  }

  async #read(): Promise<StateItem<ScheduleLease> | undefined> {
    return (await this.#sidecar.getState<ScheduleLease>(this.#store, [this.#key])).get(this.#key);
  }

  async #write(value: ScheduleLease, over: StateItem<ScheduleLease> | undefined): Promise<void> {
    const etag = over === undefined ? {} : { etag: over.etag };
    await this.#sidecar.saveState(this.#store, [{ key: this.#key, value, firstWrite: true, ...etag }]);
  }
}
