import type { Environment } from "../standins/environment.ts";
import { host } from "./host.ts";

/** Something that owns scheduled work: a simulated process. Work of a dead owner is dropped, work of a paused one is held. */
export interface Owner {
  dead: boolean;
  paused: boolean;
  readonly held: (() => void)[];
}

/** A scheduled action. `cancelled` is checked when it is due, so cancelling costs nothing. */
export interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
  readonly owner: Owner | undefined;
  cancelled: boolean;
}

/**
 * Virtual time in milliseconds, from 0. Actions run in the order of their time; those of the
 * same time run in the order they were scheduled. Between two actions all promise
 * reactions run, as between two turns of an event loop.
 */
export class Clock {
  now = 0;
  executed = 0;
  #order = 0;
  readonly #heap: Timer[] = [];
  readonly #settle: () => void;

  /** @param settle runs every pending promise reaction before it returns. */
  constructor(settle: () => void) {
    this.#settle = settle;
  }

  /** @param delay milliseconds, 0 or more. */
  schedule(delay: number, action: () => void, owner?: Owner): Timer {
    const timer: Timer = {
      at: this.now + Math.max(0, delay),
      order: this.#order++,
      action,
      owner,
      cancelled: false,
    };
    this.#push(timer);
    return timer;
  }

  /** Runs everything that is due up to a time, and moves the clock there. */
  runUntil(time: number): void {
    this.#settle();
    while (this.#heap.length > 0 && this.#heap[0]!.at <= time) {
      const timer = this.#pop();
      if (timer.cancelled) continue;
      this.now = timer.at;
      const { owner } = timer;
      if (owner !== undefined) {
        if (owner.dead) continue;
        if (owner.paused) {
          owner.held.push(() => !timer.cancelled && timer.action());
          continue;
        }
        host.current = owner as unknown as Environment;
      }
      this.executed += 1;
      timer.action();
      this.#settle();
    }
    this.now = time;
  }

  /** Lets a paused owner go on: what it missed runs now, in order. */
  resume(owner: Owner): void {
    owner.paused = false;
    for (const action of owner.held.splice(0)) this.schedule(0, action, owner);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
