import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { TimedDigits } from "./timed-digits.ts";

export interface CalculationThreads {
  /**
   * All digits of an index, calculated beside the event loop.
   * @param lane `quick` for what takes up to a second: it never waits behind a `long` one.
   * @param onProgress is told fractions from 0 to 1.
   * @throws when the calculation failed, or was cancelled by the signal.
   */
  calculate(
    index: number,
    lane: "quick" | "long",
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<TimedDigits>;
}

/** A thread with nothing to do ends after this long and gives its memory back. */
const idleMilliseconds = 10_000;

export function openCalculationThreads(): CalculationThreads {
  const lanes = {
    quick: new Lane(1),
    long: new Lane(Math.max(1, availableParallelism() - 1)),
  };
  return {
    async calculate(index, lane, signal, onProgress) {
      const thread = await lanes[lane].take(signal);
      try {
        return await ask(thread, index, signal, onProgress);
      } finally {
        lanes[lane].giveBack(thread);
      }
    },
  };
}

/** Threads of one kind; who finds none free waits in line. */
class Lane {
  readonly #size: number;
  #busy = 0;
  readonly #idle: { thread: Worker; end: NodeJS.Timeout }[] = [];
  readonly #line: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  async take(signal: AbortSignal): Promise<Worker> {
    while (this.#busy >= this.#size) await new Promise<void>((resolve) => this.#line.push(resolve));
    if (signal.aborted) {
      this.#line.shift()?.();
      throw new Error("cancelled");
    }
    this.#busy += 1;
    const idle = this.#idle.pop();
    if (!idle) return new Worker(join(__dirname, "calculation-thread.cjs"));
    clearTimeout(idle.end);
    return idle.thread;
  }

  /** A thread that was ended (cancelled, failed) is not used again. */
  giveBack(thread: Worker): void {
    this.#busy -= 1;
    if (thread.threadId !== -1) {
      const end = setTimeout(() => {
        this.#idle.splice(
          this.#idle.findIndex((each) => each.thread === thread),
          1,
        );
        void thread.terminate();
      }, idleMilliseconds).unref();
      this.#idle.push({ thread, end });
    }
    this.#line.shift()?.();
  }
}

function ask(
  thread: Worker,
  index: number,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<TimedDigits> {
  return new Promise<TimedDigits>((resolve, reject) => {
    // Nothing but ending the thread stops arithmetic.
    const cancel = () => void thread.terminate();
    signal.addEventListener("abort", cancel, { once: true });
    thread.on("message", ({ fraction, done }: { fraction?: number; done?: TimedDigits }) => {
      if (fraction !== undefined) onProgress(fraction);
      if (done) resolve(done);
    });
    thread.once("error", reject);
    thread.once("exit", () =>
      reject(new Error(signal.aborted ? "cancelled" : "the calculation thread ended")),
    );
    thread.postMessage(index);
  }).finally(() => {
    // By name: without one, Node's own listeners would go, too, and the thread would fall silent.
    for (const name of ["message", "error", "exit"]) thread.removeAllListeners(name);
    // An error that nobody awaits any more ends the thread, not the replica.
    thread.on("error", () => {});
  });
}
