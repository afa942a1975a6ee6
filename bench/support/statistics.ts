/** The middle and both ends of several measurements. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** The value below which that share of the others lies. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}

export const median = (values: number[]): number => quantile(values, 0.5);

export const spread = (values: number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
});
