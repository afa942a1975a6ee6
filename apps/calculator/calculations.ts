import { performance } from "node:perf_hooks";
import { setTimeout as pause, setImmediate as yieldToOthers } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import type { Cancelled } from "../shared/contracts/events.ts";
import type { Value } from "../shared/contracts/state.ts";
import { SidecarError } from "../shared/runtime/sidecar-http.ts";
import { keepTrace } from "../shared/runtime/trace.ts";
import type { Announcements } from "./announcements.ts";
import type { CalculationThreads } from "./calculation-threads.ts";
import { estimate } from "./fibonacci/estimate.ts";
import type { Leases } from "./leases.ts";
import { countCalculation, running } from "./metrics.ts";

import { type TimedDigits, timedDigits } from "./timed-digits.ts";
import type { Summary, ValueStore } from "./value-store.ts";

/** Shorter calculations are done at once, on the event loop: a thread would cost more. */
const inlineMilliseconds = 2;
/** Longer ones wait for each other, not the short ones for them. */
const quickMilliseconds = 1_000;
/** Seldom enough to cost nothing, often enough to look alive. */
const progressMilliseconds = 500;
/** Well below what is left of a lease after an outage; see leases.ts. */
const saveAgainMilliseconds = 1_000;

const isLong = (index: number) => estimate(index).milliseconds > quickMilliseconds;

export interface CalculationsParts {
  leases: Leases;
  store: ValueStore;
  threads: CalculationThreads;
  announcements: Announcements;
  log: Logger;
  replica: string;
  stopping: AbortSignal;
}

interface Running {
  done: Promise<void>;
  /** When the index was entered last, as far as this replica knows. */
  enteredAt: string;
  cancel: AbortController;
}

/** The calculations that are under way in this replica. */
export class Calculations {
  readonly #parts: CalculationsParts;
  readonly #running = new Map<number, Running>();
  /** Index to when it was cancelled last: a cancellation may come just before its calculation begins. */
  readonly #cancelled = new LRUCache<number, string>({ max: 1_000 });

  constructor(parts: CalculationsParts) {
    this.#parts = parts;
  }

  /**
   * Sees to it that these indexes get their values, and that clients are told.
   * @param entered index to the time when it was entered last.
   * Resolves with the calculations that began here or were under way here; what
   * another replica holds a lease for is that replica's. Throws when the store
   * could not be asked.
   */
  async begin(entered: Map<number, string>): Promise<Promise<void>[]> {
    const { store, leases, announcements } = this.#parts;
    await this.#letGo(entered);
    const lately = store.lately([...entered.keys()]);
    const rest = [...entered.keys()].filter((index) => !lately.has(index));
    const isFree = (index: number) => !this.#running.has(index);

    // An index that was never met here is most likely new. If it is, its lease is all that it takes.
    const fresh = rest.filter((index) => isFree(index) && !isLong(index) && !store.hasMet(index));
    const acquired = new Set(await leases.acquire(fresh));
    const begun = this.#join([...acquired], entered);

    const others = rest.filter((index) => !acquired.has(index));
    // Before the look at the leases: a replica whose calculation is cancelled releases its lease first, and then
    // looks whether the index was entered again. So one of the two sees the other.
    const wanted = await this.#wanted(others, entered);
    const seen = await leases.look(others);
    store.remember(seen.values);
    const announced = announcements.announce([...lately.values(), ...seen.values.values()]);
    // Nobody awaits it when what follows fails.
    announced.catch(() => {});
    const unknown = wanted.filter((index) => !seen.values.has(index));
    const mine = new Set(await leases.acquire(unknown.filter(isFree), seen));
    const unwanted = [...mine].filter(
      (index) => (this.#cancelled.get(index) ?? "") > (entered.get(index) ?? ""),
    );
    await Promise.all(unwanted.map((index) => leases.release(index)));
    const running = unknown.filter(
      (index) => (mine.has(index) && !unwanted.includes(index)) || !isFree(index),
    );
    return [announced, ...begun, ...this.#join(running, entered)];
  }

  /** Ends a calculation, unless the index was entered again after it was cancelled. */
  cancel({ index, at }: Cancelled): void {
    if (at > (this.#cancelled.get(index) ?? "")) this.#cancelled.set(index, at);
    const running = this.#running.get(index);
    if (running && running.enteredAt < at) running.cancel.abort();
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  /**
   * Keeps calculations that are under way from being cancelled by a cancellation that came before these entries,
   * and waits for the end of those that are cancelled already: an entry must not join one that has no value.
   */
  async #letGo(entered: Map<number, string>): Promise<void> {
    const ending: Promise<void>[] = [];
    for (const [index, enteredAt] of entered) {
      const running = this.#running.get(index);
      if (running?.cancel.signal.aborted) ending.push(running.done);
      else if (running && enteredAt > running.enteredAt) running.enteredAt = enteredAt;
    }
    await Promise.allSettled(ending);
  }

  /** Begins what is not under way, and resolves as they end. */
  #join(indexes: number[], entered: Map<number, string>): Promise<void>[] {
    return indexes.map((index) => {
      const running = this.#running.get(index) ?? this.#begin(index);
      const enteredAt = entered.get(index) ?? "";
      if (enteredAt > running.enteredAt) running.enteredAt = enteredAt;
      return running.done;
    });
  }

  #begin(index: number): Running {
    const cancel = new AbortController();
    const done = this.#calculate(index, cancel.signal).finally(() => this.#running.delete(index));
    // Whoever awaits it hears of a failure; when nobody does any more, the sweep finds the gap.
    done.catch(() => {});
    const running = { done, cancel, enteredAt: "" };
    this.#running.set(index, running);
    return running;
  }

  /** Leaves out what was cancelled after it was entered. Only long calculations are asked for: others are soon over. */
  async #wanted(indexes: number[], entered: Map<number, string>): Promise<number[]> {
    const long = indexes.filter(isLong).map((index) => [index, entered.get(index) ?? ""] as const);
    const unwanted = await this.#parts.store.cancelled(new Map(long));
    return indexes.filter((index) => !unwanted.has(index));
  }

  async #calculate(index: number, cancelled: AbortSignal): Promise<void> {
    const { leases, announcements, log, replica } = this.#parts;
    running.inc();
    let isSaving = false;
    try {
      const { digits, milliseconds } = await this.#digits(index, cancelled);
      const summary = {
        index,
        calculatedAt: new Date().toISOString(),
        calculatedBy: replica,
        milliseconds,
      };
      isSaving = true;
      const value = await this.#save(summary, digits, cancelled);
      leases.done(index);
      countCalculation(value);
      await announcements.announce([value]);
    } catch (error) {
      log.warn({ index, reason: String(error) }, "calculation ended without a value");
      // A value that may have been saved is not calculated again: whoever comes when the lease has expired, sees it.
      if (isSaving) leases.done(index);
      else await leases.release(index).catch(() => {});
      if (!cancelled.aborted) throw error;
      // Nobody wants a cancelled one any more, so whoever waits for it is done, too; unless another replica was
      // given a later entry, found the lease held, and left the index to this one.
      await this.#resume(index).catch(() => {});
    } finally {
      running.dec();
    }
  }

  async #resume(index: number): Promise<void> {
    const { store, stopping } = this.#parts;
    const enteredAt = stopping.aborted ? undefined : await store.resumedBy(index);
    // Not awaited: it begins when this calculation has ended.
    if (enteredAt !== undefined) this.begin(new Map([[index, enteredAt]])).catch(() => {});
  }

  /** As often as it takes: what is calculated is not calculated again because the store was away for a while. */
  async #save(summary: Summary, digits: Uint8Array, cancelled: AbortSignal): Promise<Value> {
    const { store, stopping, log } = this.#parts;
    const signal = AbortSignal.any([stopping, cancelled]);
    for (let failed = 0; ; failed++) {
      try {
        return await store.save(summary, digits);
      } catch (error) {
        if (!(error instanceof SidecarError)) throw error;
        const { index } = summary;
        if (failed === 0) log.warn({ index, reason: String(error) }, "not saved, and tried until it is");
        await pause(saveAgainMilliseconds, undefined, { signal });
      }
    }
  }

  async #digits(index: number, cancelled: AbortSignal): Promise<TimedDigits> {
    const { threads, announcements, stopping } = this.#parts;
    const { milliseconds } = estimate(index);
    if (milliseconds <= inlineMilliseconds) {
      await yieldToOthers();
      return timedDigits(index);
    }
    let told = performance.now();
    const lane = milliseconds <= quickMilliseconds ? "quick" : "long";
    const signal = AbortSignal.any([stopping, cancelled]);
    const tell = keepTrace((fraction: number) => {
      if (performance.now() - told < progressMilliseconds) return;
      told = performance.now();
      announcements.progress(index, fraction);
    });
    return threads.calculate(index, lane, signal, tell);
  }
}
