/** A logarithmic axis: whole decades around the values, with at most six ticks. */

export interface Scale {
  /** 0 at the lower end, 1 at the upper one. */
  at(value: number): number;
  ticks: number[];
}

const mostTicks = 6;

export function logScale(values: Iterable<number>): Scale {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const from = Number.isFinite(lowest) ? Math.floor(Math.log10(lowest)) : 0;
  const to = Math.max(from + 1, Number.isFinite(highest) ? Math.ceil(Math.log10(highest)) : 3);
  const step = Math.ceil((to - from) / (mostTicks - 1));
  const ticks: number[] = [];
  for (let power = from; power <= to; power += step) ticks.push(Number(`1e${power}`));
  return { at: (value) => (Math.log10(value) - from) / (to - from), ticks };
}
