/** The lower end of the history: more is read before it comes into view, or when asked. */
import { useEffect, useRef } from "preact/hooks";
import type { HistoryModel } from "../models/history.ts";
import { count, grouped } from "../numbers/format.ts";

export function HistoryEnd({ history }: { history: HistoryModel }) {
  const box = useRef<HTMLDivElement>(null);
  const loading = history.loading.value;
  const problem = history.problem.value;
  const next = history.next.value;
  useEffect(() => {
    // After a failure only the button tries again.
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
  const of = filter === null ? "" : ` of ${grouped(filter)}`;
  if (entries > 0) return `${count(entries, "entry", "entries")}${of}, and that is all.`;
  return filter === null ? "No entries yet. Enter an index above." : `${grouped(filter)} was never entered.`;
}
