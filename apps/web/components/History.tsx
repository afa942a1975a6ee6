/** The entries, newest first. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { narrow } from "../adapters/media.ts";
import type { HistoryModel } from "../models/history.ts";
import type { ValuesModel } from "../models/values.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { HistoryEnd } from "./HistoryEnd.tsx";
import { HistoryFilter } from "./HistoryFilter.tsx";
import { HistoryRow } from "./HistoryRow.tsx";
import { useWindowRows } from "./useWindowRows.ts";

interface Props {
  history: HistoryModel;
  values: ValuesModel;
  viewer: ViewerModel;
}

export function History({ history, values, viewer }: Props) {
  return (
    <section id="history" class="history" aria-labelledby="history-title">
      <div class="section-head">
        <h2 id="history-title">History</h2>
        <HistoryFilter history={history} />
      </div>
      <div class="history-columns" aria-hidden="true">
        <span>Entered</span>
        <span>Index</span>
        <span>Value</span>
        <span>Digits</span>
        <span>Took</span>
        <span>Calculated by</span>
      </div>
      <Rows history={history} values={values} viewer={viewer} />
      <HistoryEnd history={history} />
    </section>
  );
}

function Rows({ history, values, viewer }: Props) {
  const box = useRef<HTMLOListElement>(null);
  const entries = history.entries.value;
  const rowHeight = narrow.value ? 64 : 40;
  const [first, last] = useWindowRows(box, rowHeight, entries.length);

  const newest = entries[0]?.id;
  const seen = useRef(newest);
  useLayoutEffect(() => {
    const added = entries.findIndex(({ id }) => id === seen.current);
    seen.current = newest;
    // Scrolled down, the reader keeps the place while entries are added above.
    if (added > 0 && box.current && box.current.getBoundingClientRect().top < 0) {
      scrollBy({ top: added * rowHeight, behavior: "instant" });
    }
  }, [newest]);

  return (
    <ol ref={box} class="history-rows" style={{ "--height": `${entries.length * rowHeight}px` }}>
      {entries.slice(first, last).map((entry, i) => (
        <HistoryRow
          key={entry.id}
          entry={entry}
          position={first + i}
          count={history.next.value === null ? entries.length : -1}
          top={(first + i) * rowHeight}
          values={values}
          viewer={viewer}
        />
      ))}
    </ol>
  );
}
