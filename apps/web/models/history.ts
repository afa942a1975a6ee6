/** Every entry, newest first: pages are added below, news above. */
import { createModel, signal } from "@preact/signals";
import type { EntryRow } from "../../shared/contracts/http.ts";
import type { Api } from "../adapters/api.ts";

export const HistoryModel = createModel((api: Pick<Api, "entries">) => {
  const entries = signal<EntryRow[]>([]);
  const filter = signal<number | null>(null);
  const loading = signal(false);
  const problem = signal<string | null>(null);
  /** The cursor of the next, older page; null at the end, undefined before the first page. */
  const next = signal<string | null | undefined>(undefined);
  const ids = new Set<string>();
  /** A page asked for under another filter is of no use any more. */
  let round = 0;

  function reset(rows: EntryRow[] = []): void {
    ids.clear();
    for (const { id } of rows) ids.add(id);
    entries.value = rows;
  }

  function unknown(rows: EntryRow[]): EntryRow[] {
    const wanted = filter.peek();
    return rows.filter((row) => {
      if (ids.has(row.id) || (wanted !== null && row.number !== wanted)) return false;
      ids.add(row.id);
      return true;
    });
  }

  async function page(
    before: string | null,
    use: (rows: EntryRow[], next: string | null) => void,
  ): Promise<void> {
    const asked = round;
    loading.value = true;
    try {
      const answer = await api.entries(before, filter.peek());
      if (asked !== round) return;
      use(answer.entries, answer.next);
      problem.value = null;
    } catch (error) {
      if (asked === round) problem.value = (error as Error).message;
    } finally {
      if (asked === round) loading.value = false;
    }
  }

  /** Reads the newest page again. Without an overlap with what is shown, something is missing between: begin anew. */
  function refresh(): Promise<void> {
    return page(null, (rows, cursor) => {
      if (next.peek() === undefined || !rows.some(({ id }) => ids.has(id))) {
        reset(rows);
        next.value = cursor;
      } else {
        const fresh = unknown(rows);
        if (fresh.length > 0) entries.value = [...fresh, ...entries.peek()];
      }
    });
  }

  return {
    entries,
    filter,
    loading,
    problem,
    next,
    refresh,
    async more(): Promise<void> {
      const cursor = next.peek();
      if (loading.peek() || cursor === null) return;
      if (cursor === undefined) return refresh();
      await page(cursor, (rows, following) => {
        entries.value = [...entries.peek(), ...unknown(rows)];
        next.value = following;
      });
    },
    /** From the events. Before the first page is there, that page will bring them. */
    add(rows: EntryRow[]): void {
      if (next.peek() === undefined) return;
      const fresh = unknown(rows).sort((a, b) => (a.id < b.id ? 1 : -1));
      if (fresh.length > 0) entries.value = [...fresh, ...entries.peek()];
    },
    async show(index: number | null): Promise<void> {
      if (index === filter.peek()) return;
      filter.value = index;
      round++;
      reset();
      next.value = undefined;
      await refresh();
    },
  };
});
export type HistoryModel = InstanceType<typeof HistoryModel>;
