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

/** The single column of a phone; styles/history.css uses the same width. */
export const narrow = matches("(max-width: 719px)");
