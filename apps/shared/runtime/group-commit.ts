import { currentTrace, inTrace } from "./trace.ts";

interface Waiting<Item> {
  item: Item;
  trace: string | undefined;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Joins concurrent work into one call, as databases join commits: while a call is
 * under way new items gather, and go together when it returns. An item alone is
 * sent at once, so joining costs no waiting.
 *
 * A call belongs to one trace: that of the first item that came with one. The traces of
 * the other items end at the call (docs/workshop/11-watch-it.md).
 */
export class GroupCommit<Item> {
  readonly #commit: (items: Item[]) => Promise<void>;
  readonly #largest: number;
  readonly #atOnce: number;
  #waiting: Waiting<Item>[] = [];
  #running = 0;

  /**
   * @param commit makes a group durable; if it throws, every item of the group fails with its error.
   * @param largest most items in a group.
   * @param atOnce most calls under way together.
   */
  constructor(commit: (items: Item[]) => Promise<void>, largest: number, atOnce = 1) {
    this.#commit = commit;
    this.#largest = largest;
    this.#atOnce = atOnce;
  }

  /** Items that are in no call yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when the item's group is durable; rejects when its commit failed. */
  add(item: Item): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, trace: currentTrace(), done, failed });
      this.#next();
    });
  }

  #next(): void {
    if (this.#running >= this.#atOnce || this.#waiting.length === 0) return;
    this.#running += 1;
    // Requests that arrive in the same turn of the event loop belong in the same group.
    setImmediate(() => {
      const group = this.#waiting.splice(0, this.#largest);
      const trace = group.find((each) => each.trace)?.trace;
      inTrace(trace, () => this.#commit(group.map(({ item }) => item)))
        .then(
          () =>
            group.forEach(({ done }) => {
              done();
            }),
          (error) =>
            group.forEach(({ failed }) => {
              failed(error);
            }),
        )
        .finally(() => {
          this.#running -= 1;
          this.#next();
        });
    });
  }
}
