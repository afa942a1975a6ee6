import { readFile } from "node:fs/promises";

/** How many tests passed and failed, over all runs of jest. */
export class Counts {
  #passed = 0;
  #failed = 0;
  #failedBefore = 0;

  /** Adds what one run of jest wrote with --json; nothing when it never came to write it. */
  async addJest(file: string): Promise<void> {
    type Report = { numPassedTests: number; numFailedTests: number; numRuntimeErrorTestSuites: number };
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (!text) return;
    const report = JSON.parse(text) as Report;
    this.#passed += report.numPassedTests;
    this.#failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  }

  /** A step failed: counts as one failure unless its tests were counted. */
  stepFailed(): void {
    if (this.#failed === this.#failedBefore) this.#failed += 1;
    this.#failedBefore = this.#failed;
  }

  toString(): string {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }
}
