import type { EntryPage, EntryRow } from "../../../apps/shared/contracts/http.ts";
import { HistoryModel } from "../../../apps/web/models/history.ts";
import { controlled, settle } from "./support.ts";

/** Ids sort by time: a higher number is a newer entry. */
const entry = (id: number, number = id): EntryRow => ({
  id: String(id).padStart(6, "0"),
  number,
  submittedAt: "2026-01-01T00:00:00.000Z",
});
const page = (from: number, to: number, next: string | null): EntryPage => ({
  entries: Array.from({ length: from - to + 1 }, (_, i) => entry(from - i)),
  next,
});

function setUp() {
  const { call, calls } = controlled<[string | null, number | null, number], EntryPage>();
  const history = new HistoryModel({ entries: call });
  return { history, calls, ids: () => history.entries.value.map(({ id }) => Number(id)) };
}

describe("The history on the page", () => {
  test("pages are appended until the end, each entry once", async () => {
    const { history, calls, ids } = setUp();
    void history.refresh();
    calls[0]!.resolve(page(6, 4, "4"));
    await settle();
    void history.more();
    // A page that overlaps the one before it.
    calls[1]!.resolve(page(4, 1, null));
    await settle();
    expect(ids()).toEqual([6, 5, 4, 3, 2, 1]);
    expect(calls[1]!.arguments[0]).toBe("4");
    await history.more();
    expect(calls).toHaveLength(2);
  });

  test("entries that events bring are put where their time belongs, each once", async () => {
    const { history, calls, ids } = setUp();
    void history.refresh();
    calls[0]!.resolve(page(4, 2, null));
    await settle();
    history.add([entry(6), entry(1), entry(4)]);
    history.add([entry(5)]);
    expect(ids()).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test("before the first page is read, events add nothing", () => {
    const { history, ids } = setUp();
    history.add([entry(1)]);
    expect(ids()).toEqual([]);
  });

  test("a refresh reads everything that is shown, and keeps what events bring meanwhile", async () => {
    const { history, calls, ids } = setUp();
    void history.refresh();
    calls[0]!.resolve(page(80, 31, "31"));
    await settle();
    void history.more();
    calls[1]!.resolve(page(30, 1, null));
    await settle();
    void history.refresh();
    expect(calls[2]!.arguments).toEqual([null, null, 80]);
    history.add([entry(81)]);
    calls[2]!.resolve(page(80, 1, null));
    await settle();
    expect(ids()[0]).toBe(81);
    expect(ids()).toHaveLength(81);
  });

  test("a refresh of more than 1000 rows reads them in several requests", async () => {
    const { history, calls, ids } = setUp();
    void history.refresh();
    calls[0]!.resolve(page(1_200, 1, null));
    await settle();
    void history.refresh();
    calls[1]!.resolve(page(1_200, 201, "000201"));
    await settle();
    expect(calls[1]!.arguments[2]).toBe(1_000);
    expect(calls[2]!.arguments).toEqual(["000201", null, 200]);
    calls[2]!.resolve(page(200, 1, null));
    await settle();
    expect(ids()).toHaveLength(1_200);
  });

  test("a filter shows only entries of its index, and an answer to an older filter is discarded", async () => {
    const { history, calls, ids } = setUp();
    void history.refresh();
    void history.show(7);
    calls[0]!.resolve(page(3, 1, null));
    await settle();
    expect(ids()).toEqual([]);
    expect(calls[1]!.arguments[1]).toBe(7);
    calls[1]!.resolve({ entries: [entry(9, 7)], next: null });
    await settle();
    history.add([entry(11, 8), entry(12, 7)]);
    expect(ids()).toEqual([12, 9]);
    expect(history.loading.value).toBe(false);
  });

  test("a failed read is reported, leaves the rows, and can be retried", async () => {
    const { history, calls, ids } = setUp();
    void history.refresh();
    calls[0]!.resolve(page(2, 1, "1"));
    await settle();
    void history.more();
    calls[1]!.reject(new Error("The API is unreachable."));
    await settle();
    expect(history.problem.value).toBe("The API is unreachable.");
    expect(ids()).toEqual([2, 1]);
    void history.more();
    calls[2]!.resolve({ entries: [entry(0)], next: null });
    await settle();
    expect(history.problem.value).toBeNull();
    expect(ids()).toEqual([2, 1, 0]);
  });

  test("a refresh that finds nothing new does not redraw the rows", async () => {
    const { history, calls } = setUp();
    void history.refresh();
    calls[0]!.resolve(page(3, 1, null));
    await settle();
    const before = history.entries.value;
    void history.refresh();
    calls[1]!.resolve(page(3, 1, null));
    await settle();
    expect(history.entries.value).toBe(before);
  });
});
