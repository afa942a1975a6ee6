/** Formats of numbers, durations, times and counts. */

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 1,234,567 */
export const grouped = (value: number): string => plain.format(value);

/** 1,000 is 1k, 1,000,000 is 1M. */
export function shortCount(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : grouped(value);
}

/** "1 digit", "1,234 digits" */
export const count = (value: number, one: string, many: string): string =>
  `${grouped(value)} ${value === 1 ? one : many}`;

/** 0.04 ms, 12 ms, 1.2 s, 3 min 20 s */
export function duration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${Number(milliseconds.toPrecision(milliseconds < 1 ? 1 : 2))} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  // Rounded before it is split, so that no minute has 60 seconds.
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${Number((milliseconds / 1_000).toPrecision(2))} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** 0.345 is 34 %: it says 100 % only when it is done. */
export const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** The time of day if it is today, otherwise date and time. */
export function when(iso: string): string {
  const date = new Date(iso);
  return (date.toDateString() === new Date().toDateString() ? clock : day).format(date);
}

export const exactly = (iso: string): string => exact.format(new Date(iso));

/** How many digits F(index) has, known before it is calculated, so that the page can reserve the space. */
export function digitsOf(index: number): number {
  if (index < 2) return 1;
  return Math.floor(index * Math.log10((1 + Math.sqrt(5)) / 2) - Math.log10(5) / 2) + 1;
}

/** "102334155" as ["102", "334", "155"]; `total` is the count of digits of the number that `text` begins. */
export function groups(text: string, total = text.length): string[] {
  const lead = total % 3 || 3;
  const parts = [text.slice(0, lead)];
  for (let at = lead; at < text.length; at += 3) parts.push(text.slice(at, at + 3));
  return parts.filter(Boolean);
}
