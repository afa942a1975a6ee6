import type { Value } from "../shared/contracts/state.ts";
import { counter, gauge, histogram } from "../shared/runtime/metrics.ts";

/** What the calculator counts. Each replica reports its own: Prometheus adds them up. */

const calculated = counter("fib_calculated_total", "Values that this replica calculated and saved.");
const seconds = histogram(
  "fib_calculation_seconds",
  "How long calculations took, by size: at most that many digits.",
  ["digits"],
  [0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 600],
);
export const running = gauge("fib_calculations_running", "Calculations under way in this replica.");

export function countCalculation({
  digitCount,
  milliseconds,
}: Pick<Value, "digitCount" | "milliseconds">): void {
  calculated.inc();
  seconds.observe({ digits: sizeClass(digitCount) }, milliseconds / 1_000);
}

/** The smallest power of ten that the count of digits fits in: ten classes, however large values get. */
export const sizeClass = (digitCount: number): string => `1e${Math.ceil(Math.log10(digitCount))}`;
