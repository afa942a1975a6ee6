/** The entries, newest first: older pages are appended, new entries are put in front. Ids sort by time of submission. */
import { createModel, signal } from "@preact/signals";
import type { EntryPage, EntryRow } from "../../shared/contracts/http.ts";
import type { Api } from "../adapters/api.ts";

const pageRows = 50;
/** The API's limit for one request. */
const mostRows = 1_000;

export const HistoryModel = createModel((api: Pick<Api, "entries">) => {
  const entries = signal<EntryRow[]>([]);
  const filter = signal<number | null>(null);
  const loading = signal(false);
  const problem = signal<string | null>(null);
  /** Cursor of the next, older page; null at the end, undefined before the first page. */
  const next = signal<string | null | undefined>(undefined);
  /** Identifies the newest read: the answer to an older one (another filter, a refresh since) is discarded. */
  let round = 0;

  async function during(work: (isStale: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++round;
    loading.value = true;
    try {
      await work(() => mine !== round);
      if (mine === round) problem.value = null;
    } catch (error) {
      if (mine === round) problem.value = (error as Error).message;
    }
    if (mine === round) loading.value = false;
  }

  /** Reads everything again that is shown: an entry may have been recorded late, between others. */
  function refresh(): Promise<void> {
    return during(async (isStale) => {
      const before = entries.peek();
      const rows: EntryRow[] = [];
      let page: EntryPage = { entries: [], next: null };
      do {
        const missing = Math.max(before.length - rows.length, pageRows);
        page = await api.entries(page.next, filter.peek(), Math.min(missing, mostRows));
        if (isStale()) return;
        rows.push(...page.entries);
      } while (page.next !== null && rows.length < before.length);
      const known = new Set(before);
      // Events may have brought entries that are newer than what was read.
      const added = entries.peek().filter((row) => !known.has(row));
      const merged = merge(rows, added);
      if (
        merged.length !== entries.peek().length ||
        merged.some((row, i) => row.id !== entries.peek()[i]?.id)
      ) {
        entries.value = merged;
      }
      next.value = page.next;
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
      await during(async (isStale) => {
        const page = await api.entries(cursor, filter.peek(), pageRows);
        if (isStale()) return;
        entries.value = merge(entries.peek(), page.entries);
        next.value = page.next;
      });
    },
    /** Adds entries that an event brought. Before the first page is read they are ignored: that page contains them. */
    add(rows: EntryRow[]): void {
      const wanted = filter.peek();
      const added = wanted === null ? rows : rows.filter(({ number }) => number === wanted);
      if (next.peek() !== undefined && added.length > 0) entries.value = merge(entries.peek(), added);
    },
    async show(index: number | null): Promise<void> {
      if (index === filter.peek()) return;
      filter.value = index;
      entries.value = [];
      next.value = undefined;
      await refresh();
    },
  };
});
export type HistoryModel = InstanceType<typeof HistoryModel>;

/** Each entry once, newest first. */
function merge(rows: EntryRow[], more: EntryRow[]): EntryRow[] {
  const ids = new Set(rows.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !ids.has(id) && ids.add(id));
  if (fresh.length === 0) return rows;
  return [...rows, ...fresh].sort((a, b) => (a.id < b.id ? 1 : -1));
}
