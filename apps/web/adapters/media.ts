/** Media queries as signals, for what style sheets alone cannot do. */
import { type ReadonlySignal, signal } from "@preact/signals";

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener("change", () => {
    now.value = list.matches;
  });
  return now;
}

/** The person asked the system for less motion. */
export const reducedMotion = matches("(prefers-reduced-motion: reduce)");

/** The single column of a phone; styles/history.css uses the same width. */
export const narrow = matches("(max-width: 719px)");

/** The page is being laid out for print, or shown as print by a developer tool. */
export const printing = printState();

function printState(): ReadonlySignal<boolean> {
  const now = signal(matchMedia("print").matches);
  const set = (value: boolean) => () => {
    now.value = value;
  };
  // What changes before the end of this event is printed. The media query changes too late for that.
  addEventListener("beforeprint", set(true));
  addEventListener("afterprint", set(false));
  matchMedia("print").addEventListener("change", ({ matches }) => set(matches)());
  return now;
}
