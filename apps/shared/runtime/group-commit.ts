import { setImmediate as nextTurn } from "node:timers/promises";
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
 * sent at once, so joining costs no waiting; unless it shall wait for company.
 *
 * A call belongs to one trace: that of the first item that came with one. The traces of
 * the other items end at the call (docs/workshop/11-watch-it.md).
 */
export class GroupCommit<Item> {
  readonly #commit: (items: Item[]) => Promise<void>;
  readonly #largest: number;
  readonly #lingerMilliseconds: number;
  #waiting: Waiting<Item>[] = [];
  #busy = false;

  /**
   * @param commit makes a group durable; if it throws, every item of the group fails with its error.
   * @param largest most items in a group.
   * @param lingerMilliseconds how long an item that meets no call under way waits for others.
   */
  constructor(commit: (items: Item[]) => Promise<void>, largest: number, lingerMilliseconds = 0) {
    this.#commit = commit;
    this.#largest = largest;
    this.#lingerMilliseconds = lingerMilliseconds;
  }

  /** Items that are in no call yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when the item's group is durable; rejects when its commit failed. */
  add(item: Item): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, trace: currentTrace(), done, failed });
      if (this.#busy) return;
      this.#busy = true;
      if (this.#lingerMilliseconds > 0) setTimeout(() => void this.#run(), this.#lingerMilliseconds);
      // Requests that arrive in the same turn of the event loop belong in the same group.
      else setImmediate(() => void this.#run());
    });
  }

  /** Commits group after group, until no item waits. */
  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#largest);
      const trace = group.find((each) => each.trace)?.trace;
      try {
        await inTrace(trace, () => this.#commit(group.map(({ item }) => item)));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
      await nextTurn();
    }
    this.#busy = false;
  }
}
