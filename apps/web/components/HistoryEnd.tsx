/** The end of the history: reads the next page before it is visible, or on request. */
import { useEffect, useRef } from "preact/hooks";
import type { HistoryModel } from "../models/history.ts";
import { count, grouped } from "../numbers/format.ts";

export function HistoryEnd({ history }: { history: HistoryModel }) {
  const box = useRef<HTMLDivElement>(null);
  const loading = history.loading.value;
  const problem = history.problem.value;
  const next = history.next.value;
  useEffect(() => {
    // After a failure, only the button retries.
    if (loading || problem || !next || !box.current) return;
    const near = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) void history.more();
      },
      { rootMargin: "1200px" },
    );
    near.observe(box.current);
    return () => near.disconnect();
  }, [loading, problem, next]);

  return (
    <div ref={box} class="history-end">
      {problem ? (
        <p class="problem" role="status">
          The history could not be read. {problem}
        </p>
      ) : (
        next === null && <p>{endWords(history.entries.value.length, history.filter.value)}</p>
      )}
      {(problem || next) && (
        <button type="button" class="quiet" disabled={loading} onClick={() => void history.more()}>
          {problem ? "Try again" : "Load more"}
        </button>
      )}
    </div>
  );
}

function endWords(entries: number, filter: number | null): string {
  const of = filter === null ? "" : ` of index ${grouped(filter)}`;
  if (entries > 0) return `End of the history: ${count(entries, "entry", "entries")}${of}.`;
  return filter === null
    ? "No entries yet. Enter an index above."
    : `Index ${grouped(filter)} has no entries.`;
}
