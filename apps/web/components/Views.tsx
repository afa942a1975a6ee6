/** Switches between the parts of the page. Narrow screens show one at a time; wide screens show all, and hide this. */
import type { ReadonlySignal } from "@preact/signals";
import { grouped } from "../numbers/format.ts";

export const views = { history: "History", plots: "Plots", system: "System", "dead-letters": "Dead letters" };
export type View = keyof typeof views;

interface Props {
  view: ReadonlySignal<View>;
  deadLetters: number;
}

export function Views({ view, deadLetters }: Props) {
  return (
    <nav class="views" aria-label="Parts of the page">
      {Object.entries(views).map(([name, title]) => (
        <a key={name} href={`#${name}`} aria-current={view.value === name ? "true" : undefined}>
          {title}
          {name === "dead-letters" && deadLetters > 0 && <span class="badge">{grouped(deadLetters)}</span>}
        </a>
      ))}
    </nav>
  );
}
