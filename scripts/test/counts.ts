import { readFile } from "node:fs/promises";

/** How many tests passed and failed. */
export class Counts {
  passed = 0;
  failed = 0;

  /** Adds what one run of jest wrote with --json; nothing when jest ended before it wrote anything. */
  async addJest(file: string): Promise<void> {
    type Report = { numPassedTests: number; numFailedTests: number; numRuntimeErrorTestSuites: number };
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (!text) return;
    const report = JSON.parse(text) as Report;
    this.passed += report.numPassedTests;
    this.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  }

  /** Adds the counts of a step. One that failed without a failed test counts as one failure. */
  addStep(step: Counts, succeeded: boolean): void {
    this.passed += step.passed;
    this.failed += succeeded ? step.failed : Math.max(step.failed, 1);
  }

  /** The closing line, which continuous integration reads. */
  toString(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}
