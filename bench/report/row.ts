import type { Spread } from "../support/statistics.ts";

/** One line of the table. */
export interface Row {
  what: string;
  /** Measured values, with units. */
  ours: string;
  baseline?: string;
  /** Ours divided by the baseline, round by round. */
  ratio?: Spread;
  /** What the ratio has to reach: at least (faster is more) or at most (a time). */
  target?: { limit: number; sense: "at least" | "at most" };
}

/** How far beyond its target the ratio is; 1 is just met, more is better. */
export function beyond({ ratio, target }: Row): Spread | undefined {
  if (!ratio || !target) return undefined;
  const { limit, sense } = target;
  if (sense === "at least") {
    return { median: ratio.median / limit, least: ratio.least / limit, most: ratio.most / limit };
  }
  return { median: limit / ratio.median, least: limit / ratio.most, most: limit / ratio.least };
}

export const perSecond = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
export const milliseconds = (value: number) => `${value.toFixed(2)} ms`;
