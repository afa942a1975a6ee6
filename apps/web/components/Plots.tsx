/** Plots of calculation time and count of digits against index, from the values that this page has loaded. */
import type { ValuesModel } from "../models/values.ts";
import { count, duration, shortCount } from "../numbers/format.ts";
import { Plot } from "./Plot.tsx";

export function Plots({ values }: { values: ValuesModel }) {
  // Subscribes to changes: the list itself is not a signal.
  values.version.value;
  const known = values.all();
  return (
    <section id="plots" class="plots" aria-labelledby="plots-title">
      <div class="section-head">
        <h2 id="plots-title">Time and size</h2>
        <span key={known.length} class="aside-note">
          {count(known.length, "value", "values")} on this page
        </span>
      </div>
      <Plot
        title="Calculation time"
        points={known.map(({ index, milliseconds }) => [index, Math.max(milliseconds, 0.001)])}
        tick={duration}
        say={duration}
        measure="time"
      />
      <Plot
        title="Digits"
        points={known.map(({ index, digitCount }) => [index, digitCount])}
        tick={shortCount}
        say={(digits) => count(digits, "digit", "digits")}
        measure="digits"
      />
    </section>
  );
}
