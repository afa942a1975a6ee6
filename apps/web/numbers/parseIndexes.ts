/** Parses what a person types, such as "10, 20, 1000-1010", into indexes, or explains what is wrong with it. */
import { count, grouped } from "./format.ts";

/** Most indexes in one batch: as many as fit in one event. */
export const mostAtOnce = 500;

export type Parsed = { indexes: number[]; problem?: undefined } | { problem: string; indexes?: undefined };

/** @param upperLimit the highest index; null while the page does not know it. The API checks it anyway. */
export function parseIndexes(text: string, upperLimit: number | null): Parsed {
  const parts = joinRanges(text)
    .split(/[\s,;]+/)
    .filter(Boolean);
  if (parts.length === 0) return { problem: "Enter an index first, such as 40." };
  const ranges: [from: number, to: number][] = [];
  for (const part of parts) {
    const [from = "", to = from, ...rest] = part.startsWith("-") ? [part] : part.split("-");
    const problem = rest.length > 0 ? notANumber(part) : (checkNumber(from) ?? checkNumber(to));
    if (problem) return { problem };
    if (Number(to) < Number(from)) {
      return { problem: `${quoted(part)} runs backwards. Write the smaller index first: ${to}-${from}.` };
    }
    if (upperLimit !== null && Number(to) > upperLimit) {
      return { problem: `${shortened(to)} is too high: the highest index is ${grouped(upperLimit)}.` };
    }
    ranges.push([Number(from), Number(to)]);
  }
  const total = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (total > mostAtOnce) {
    return {
      problem: `That is ${count(total, "index", "indexes")}. At most ${mostAtOnce} can be entered at once.`,
    };
  }
  return {
    indexes: ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
  };
}

/** The reverse: the shortest text that parses to the same indexes, such as "10, 1000-1010". */
export function writeIndexes(indexes: number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === index) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

/** "1 – 5", "1..5" and "1 to 5" are "1-5". */
function joinRanges(text: string): string {
  return text.replace(/(\d)\s*(?:[-–—−]|\.{2,3}|…|to)\s*(?=\d)/g, "$1-");
}

function checkNumber(text: string): string | undefined {
  if (/^[-−]\d+$/.test(text)) return `${quoted(text)} is below 0. The first index is 0.`;
  if (!/^\d+$/.test(text)) return notANumber(text);
  if (/^0\d/.test(text)) {
    return `${quoted(text)} begins with a zero. Write large indexes without commas or spaces: 1000000.`;
  }
  return undefined;
}

function notANumber(text: string): string {
  return `${quoted(text)} is not a whole number. Write digits only, such as 40, or a range, such as 10-20.`;
}

const quoted = (text: string) => `“${text.length > 24 ? `${text.slice(0, 24)}…` : text}”`;
const shortened = (text: string) => (text.length > 15 ? quoted(text) : grouped(Number(text)));
