/**
 * What the diagram animates. Every move stands for an event that this page received: a response
 * of the API, or an event of the stream. Moves of one index run one after the other, slowed down
 * so that a person can follow; moves along the same path at the same time are merged into one.
 */
import { signal } from "@preact/signals";

/** A place in the diagram. Calculators have one each. */
export type Station = "page" | "api" | "redis" | "postgres" | `calculator:${string}`;

export interface Move {
  key: number;
  path: Station[];
  /** How many entries or values move together. */
  amount: number;
  /** Milliseconds from the creation of the move to its start. */
  delay: number;
}

/** Milliseconds from one station to the next. */
export const legTime = 420;
const mergeWithin = 150;
const mostMoves = 16;

export const calculatorStation = (replica: string): Station => `calculator:${replica}`;

export function createMoves() {
  const moves = signal<Move[]>([]);
  /** When the last move of each index ends, in milliseconds since 1970. */
  const ends = new Map<number, number>();
  const starts: { key: number; path: string; start: number }[] = [];
  let lastKey = 0;

  /** @param onward later moves of this index wait for the end of this one. */
  function add(index: number, path: Station[], onward = true): void {
    const now = Date.now();
    const start = Math.max(now, ends.get(index) ?? 0);
    const end = start + (path.length - 1) * legTime;
    if (onward) {
      ends.set(index, end);
      setTimeout(() => ends.get(index) === end && ends.delete(index), end - now);
    }
    const same = starts.find((one) => one.path === path.join() && Math.abs(one.start - start) < mergeWithin);
    if (same) {
      moves.value = moves
        .peek()
        .map((move) => (move.key === same.key ? { ...move, amount: move.amount + 1 } : move));
    } else if (starts.length < mostMoves) {
      const key = ++lastKey;
      const began = { key, path: path.join(), start };
      starts.push(began);
      moves.value = [...moves.peek(), { key, path, amount: 1, delay: start - now }];
      setTimeout(() => {
        starts.splice(starts.indexOf(began), 1);
        moves.value = moves.peek().filter((move) => move.key !== key);
      }, end - now);
    }
  }

  return { moves, add };
}
