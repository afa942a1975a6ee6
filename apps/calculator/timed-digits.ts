import { performance } from "node:perf_hooks";
import { fibonacciDigits } from "./fibonacci/digits.ts";

export interface TimedDigits {
  /** ASCII, most significant first. */
  digits: Uint8Array;
  /** What the arithmetic took, without waiting for a turn or a thread. */
  milliseconds: number;
}

/** Calculates all digits of an index, and how long that takes. */
export function timedDigits(index: number, onProgress?: (fraction: number) => void): TimedDigits {
  const started = performance.now();
  const digits = fibonacciDigits(index, onProgress);
  return { digits, milliseconds: Math.round((performance.now() - started) * 1_000) / 1_000 };
}
