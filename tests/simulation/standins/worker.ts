/** Takes the place of `node:worker_threads`: a thread whose arithmetic takes virtual time. */
import { digitsOf } from "./digits.ts";

type Listener = (value?: unknown) => void;

export class Worker {
  threadId = 1;
  #listeners: [string, Listener][] = [];

  on(name: string, listener: Listener) {
    this.#listeners.push([name, listener]);
    return this;
  }
  once(name: string, listener: Listener) {
    return this.on(name, listener);
  }
  removeAllListeners(name: string) {
    this.#listeners = this.#listeners.filter(([each]) => each !== name);
    return this;
  }

  postMessage(index: number) {
    host.current.calculation(index, "started");
    const duration = host.current.duration(index);
    for (const part of [0.25, 0.5, 0.75]) {
      host.current.defer(part * duration, () => this.#emit("message", { fraction: part }));
    }
    host.current.defer(duration, () => {
      if (this.threadId === -1) return;
      host.current.calculation(index, "ended");
      const digits = new TextEncoder().encode(digitsOf(index));
      this.#emit("message", { done: { digits, milliseconds: duration } });
    });
  }

  async terminate() {
    if (this.threadId === -1) return 0;
    this.threadId = -1;
    host.current.defer(1 + 20 * host.current.random(), () => this.#emit("exit", 1, true));
    return 0;
  }

  #emit(name: string, value: unknown, isEnd = false) {
    if (this.threadId === -1 && !isEnd) return;
    for (const [each, listener] of [...this.#listeners]) if (each === name) listener(value);
  }
}

export const parentPort = null;
