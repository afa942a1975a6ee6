/** Parts of the work between two reports: a listener hears at most this many. */
const REPORTS = 200;

/** Turns work done in small pieces into reports of a growing fraction. */
export class Progress {
  readonly #total: number;
  readonly #listener: ((fraction: number) => void) | undefined;
  #done = 0;
  #reported = 0;

  /** @param total the expected work, in the unit of `advance`; it need not be exact. */
  constructor(total: number, listener: ((fraction: number) => void) | undefined) {
    this.#total = total;
    this.#listener = listener;
  }

  advance(work: number): void {
    this.#done += work;
    // The total is an estimate, and 1 is for the caller to report when everything has been checked.
    const fraction = Math.min(this.#done / this.#total, 1 - 1 / REPORTS);
    if (fraction < this.#reported + 1 / REPORTS) return;
    this.#reported = fraction;
    this.#listener?.(fraction);
  }
}
