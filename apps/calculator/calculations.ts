import { performance } from "node:perf_hooks";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Logger } from "pino";
import type { Value } from "../shared/contracts/state.ts";
import type { CalculationThreads } from "./calculation-threads.ts";
import { fibonacciDigits } from "./fibonacci/digits.ts";
import { estimate } from "./fibonacci/estimate.ts";
import type { Leases } from "./leases.ts";
import type { News } from "./news.ts";
import type { ValueStore } from "./value-store.ts";

/** Shorter calculations are done at once, on the event loop: a thread would cost more. */
const inlineMilliseconds = 2;
/** Longer ones wait for each other, not the short ones for them. */
const quickMilliseconds = 1_000;
/** Seldom enough to cost nothing, often enough to look alive. */
const progressMilliseconds = 500;

export interface CalculationsParts {
  leases: Leases;
  store: ValueStore;
  threads: CalculationThreads;
  news: News;
  log: Logger;
  replica: string;
  stopping: AbortSignal;
}

/** The calculations that are under way in this replica. */
export class Calculations {
  readonly #parts: CalculationsParts;
  readonly #running = new Map<number, Promise<void>>();

  constructor(parts: CalculationsParts) {
    this.#parts = parts;
  }

  /**
   * Sees to it that these indexes get their values, and that pages hear of them.
   * Resolves with the calculations that began here or were under way here; what
   * another replica holds a lease for is that replica's. Throws when the store
   * could not be asked.
   */
  async begin(indexes: number[]): Promise<Promise<void>[]> {
    const { store, leases, news } = this.#parts;
    const known = await store.get(indexes);
    const announced = news.announce([...known.values()]);
    const open = indexes.filter((index) => !known.has(index) && !this.#running.has(index));
    const mine = open.length > 0 ? await leases.claim(open) : [];
    for (const index of mine) {
      const calculation = this.#calculate(index).finally(() => this.#running.delete(index));
      // Whoever awaits it hears of a failure; when nobody does any more, the sweep finds the gap.
      calculation.catch(() => {});
      this.#running.set(index, calculation);
    }
    return [announced, ...indexes.flatMap((index) => this.#running.get(index) ?? [])];
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #calculate(index: number): Promise<void> {
    const { leases, store, news, log, replica } = this.#parts;
    try {
      const started = performance.now();
      const digits = await this.#digits(index);
      const value: Value = await store.save(
        {
          index,
          calculatedAt: new Date().toISOString(),
          calculatedBy: replica,
          milliseconds: Math.round((performance.now() - started) * 1_000) / 1_000,
        },
        digits,
      );
      leases.done(index);
      await news.announce([value]);
    } catch (error) {
      log.warn({ index, reason: String(error) }, "calculation failed");
      await leases.release(index).catch(() => {});
      throw error;
    }
  }

  async #digits(index: number): Promise<Uint8Array> {
    const { threads, news, stopping } = this.#parts;
    const { milliseconds } = estimate(index);
    if (milliseconds <= inlineMilliseconds) {
      await yieldToOthers();
      return fibonacciDigits(index);
    }
    let told = performance.now();
    const lane = milliseconds <= quickMilliseconds ? "quick" : "long";
    return threads.calculate(index, lane, stopping, (fraction) => {
      if (performance.now() - told < progressMilliseconds) return;
      told = performance.now();
      news.progress(index, fraction);
    });
  }
}
