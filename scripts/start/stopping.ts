import { setTimeout as sleep } from "node:timers/promises";
import { askAllToEnd } from "../local/process.ts";

type Part = { name: string; stop: () => Promise<void> };

/** Thrown through the start when the user asks to stop before it is done. */
class AskedToStop extends Error {}

/**
 * What has been started, and how it ends: on Ctrl-C, on SIGTERM and SIGHUP, when the npm above us
 * dies, or when a part fails, everything is stopped in the opposite order.
 */
export class Stopping {
  #parts: Part[] = [];
  #asked: Promise<never>;
  #isAsked = false;
  #work: Promise<unknown>[] = [];
  #isComplete = false;
  #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
    this.#asked = new Promise((_, reject) => {
      const ask = () => {
        if (this.#isAsked) return;
        this.#isAsked = true;
        reject(new AskedToStop("stopped"));
      };
      // A second Ctrl-C is answered with patience: every stop has a deadline of its own.
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask);
      // npm was killed and can no longer pass signals on; or it did, to the shell between us.
      const parent = process.ppid;
      if (process.env.npm_lifecycle_event) {
        setInterval(() => process.ppid !== parent && ask(), 200).unref();
      }
    });
    this.#asked.catch(() => {});
  }

  /** Remembers how a part is stopped. */
  later(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /** Tells that every part is among those that are stopped in order. */
  complete(): void {
    this.#isComplete = true;
  }

  /** Runs a start; afterwards, however it ended, everything is stopped. */
  async run(start: () => Promise<void>): Promise<void> {
    try {
      await start();
    } catch (error) {
      if (!(error instanceof AskedToStop)) throw error;
    } finally {
      await this.#stopAll();
    }
  }

  /** The result, unless the user asks to stop first. */
  async unlessAsked<Result>(work: Promise<Result>): Promise<Result> {
    const done = work
      .catch(() => {})
      .then(() => {
        this.#work = this.#work.filter((each) => each !== done);
      });
    this.#work.push(done);
    return Promise.race([work, this.#asked]);
  }

  async #stopAll(): Promise<void> {
    if (this.#parts.length > 1) this.#say("Stopping …");
    if (this.#work.length > 0 && !this.#isComplete) {
      // Broken off half-way: a server that is just starting is not among the parts yet.
      askAllToEnd();
      await Promise.race([Promise.all(this.#work), sleep(10_000, undefined, { ref: false })]);
    }
    for (const { name, stop } of this.#parts.splice(0).reverse()) {
      await stop().catch((error: Error) => console.error(`${name} did not stop well: ${error.message}`));
    }
  }
}
