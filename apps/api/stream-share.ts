/**
 * Events that one replica can have on the stream at once. With four replicas they fit into the stream's
 * maxLenApprox (components/pubsub.yaml) with 24,000 to spare, so that no event is trimmed that is still needed.
 */
export const mostEvents = 24_000;
/**
 * Events that a replica that has just started can have there, before any of its own was recorded: it does not
 * know what those before it left on the stream while Postgres was away. The 24,000 to spare are 48 starts.
 */
export const mostEventsAtFirst = 500;
/** For each event that was recorded, a replica trusts the stream with this many more. */
const morePerRecorded = 10;
/**
 * Recorded or not, an event counts for this long: a node that is lost may have been given it, and until the
 * sidecars notice (processingTimeout and redeliverInterval, 35 s) the stream has the only copy.
 */
const neededMilliseconds = 60_000;

/** An event on the stream. `open` counts its submissions that are not recorded yet. */
export interface PublishedEvent {
  open: number;
  at: number;
  isOld: boolean;
}

/** Counts what one replica has on the stream. The stream is trimmed by length, whether its events were handled or not. */
export class StreamShare {
  /** Events of the last minute, in the order they were published. */
  readonly #young = new Set<PublishedEvent>();
  /** Older events that are not recorded. */
  #oldOpen = 0;
  #recorded = 0;

  /** Counts an event that is about to be published. @param open its submissions that have to be recorded. */
  add(open: number): PublishedEvent {
    const event = { open, at: Date.now(), isOld: false };
    this.#young.add(event);
    return event;
  }

  /** It was published just now, however long that took. */
  published(event: PublishedEvent): void {
    event.at = Date.now();
  }

  /** One submission of the event was recorded, or refused since the event could not be published. */
  handled(event: PublishedEvent, why: "recorded" | "refused"): void {
    event.open -= 1;
    if (event.open > 0) return;
    if (why === "recorded") this.#recorded += 1;
    if (event.isOld) this.#oldOpen -= 1;
  }

  get isFull(): boolean {
    const trusted = mostEventsAtFirst + this.#recorded * morePerRecorded;
    return this.#size >= Math.min(mostEvents, trusted);
  }

  /** Half of the share is taken. */
  get isBusy(): boolean {
    return this.#size >= mostEvents / 2;
  }

  get #size(): number {
    const since = Date.now() - neededMilliseconds;
    for (const event of this.#young) {
      if (event.at > since) break;
      this.#young.delete(event);
      event.isOld = true;
      if (event.open > 0) this.#oldOpen += 1;
    }
    return this.#young.size + this.#oldOpen;
  }
}
