/** Media queries as signals, where the script and not only the style has to know. */
import { type ReadonlySignal, signal } from "@preact/signals";

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener("change", () => {
    now.value = list.matches;
  });
  return now;
}

/** One column of a phone; styles/history.css uses the same width. */
export const narrow = matches("(max-width: 719px)");
