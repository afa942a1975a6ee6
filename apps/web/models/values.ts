/**
 * What the page knows about each index: one signal per index, so that a change
 * redraws only what shows that index.
 *
 *   unknown → pending → calculating → calculated
 *                  └────────┴──→ cancelled → pending (entered again)
 *
 * "calculated" is final, because a value never changes. Events bring values;
 * reads find those whose event this page missed.
 */
import { createModel, type Signal, signal } from "@preact/signals";
import type { PageEvents, ValueState } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";
import type { Api } from "../adapters/api.ts";

export type Calculation =
  | { status: "unknown" }
  | { status: "pending" }
  | { status: "calculating"; fraction: number; calculatedBy: string; problem?: string }
  | { status: "cancelled" }
  | ({ status: "calculated" } & Value);

/** The API's limit for one request. */
export const indexesPerRead = 100;
const readsAtOnce = 2;
/** Rows that scrolled past are dropped; they ask again when they are visible again. */
const mostWaiting = 1_000;
/** Milliseconds between two redraws of what shows all values. */
const announceEvery = 400;

export const ValuesModel = createModel((api: Pick<Api, "values" | "cancel">) => {
  const known = new Map<number, Signal<Calculation>>();
  const calculated: Value[] = [];
  const waiting = new Set<number>();
  const reading = new Set<number>();
  let reads = 0;
  let scheduled = false;
  let announcing = false;
  /** Incremented, at most every `announceEvery`, when `all()` has grown. */
  const version = signal(0);

  function of(index: number): Signal<Calculation> {
    let found = known.get(index);
    if (!found) {
      found = signal<Calculation>({ status: "unknown" });
      known.set(index, found);
    }
    return found;
  }

  /** Changes a state, unless the value is there already. */
  function change(index: number, next: Calculation): void {
    const state = of(index);
    if (state.peek().status !== "calculated") state.value = next;
  }

  function keep(value: Value): void {
    if (of(value.index).peek().status === "calculated") return;
    change(value.index, { ...value, status: "calculated" });
    calculated.push(value);
    if (announcing) return;
    announcing = true;
    setTimeout(() => {
      announcing = false;
      version.value++;
    }, announceEvery);
  }

  function learn(index: number, answer: ValueState | undefined): void {
    if (answer?.status === "calculated") keep(answer);
    else if (answer?.status === "cancelled") change(index, { status: "cancelled" });
    // A progress event says more than "pending" does.
    else if (of(index).peek().status === "unknown") change(index, { status: "pending" });
  }

  async function readNext(): Promise<void> {
    if (reads >= readsAtOnce) return;
    // Newest requests first: they are what the person looks at now.
    const batch = [...waiting].slice(-indexesPerRead);
    if (batch.length === 0) return;
    for (const index of batch) {
      waiting.delete(index);
      reading.add(index);
    }
    reads += 1;
    // Without an answer they become pending, and `recheck` reads them again.
    const answers = await api.values(batch).catch(() => []);
    const byIndex = new Map(answers.map((answer) => [answer.index, answer]));
    for (const index of batch) {
      learn(index, byIndex.get(index));
      reading.delete(index);
    }
    reads -= 1;
    void readNext();
  }

  function read(index: number): void {
    waiting.delete(index);
    waiting.add(index);
    if (waiting.size > mostWaiting) waiting.delete(waiting.values().next().value as number);
    if (scheduled) return;
    scheduled = true;
    // Everything that asks in the same task shares one request.
    queueMicrotask(() => {
      scheduled = false;
      for (const index of waiting) if (of(index).peek().status === "calculated") waiting.delete(index);
      while (reads < readsAtOnce && waiting.size > 0) void readNext();
    });
  }

  return {
    version,
    of,
    all: (): readonly Value[] => calculated,
    /** Reads the value of an index, unless it is known. */
    want(index: number): void {
      if (of(index).peek().status === "unknown" && !reading.has(index)) read(index);
    },
    /** The index was just accepted: its value is on its way, or there already. */
    expect(index: number): void {
      if (of(index).peek().status === "calculated") return;
      if (of(index).peek().status !== "calculating") change(index, { status: "pending" });
      read(index);
    },
    calculated: (values: Value[]): void => values.forEach(keep),
    progress({ index, fraction, calculatedBy }: PageEvents["progress"]): void {
      const before = of(index).peek();
      // Events of one calculation can arrive out of order. Another replica starts over.
      const same = before.status === "calculating" && before.calculatedBy === calculatedBy;
      const furthest = same ? Math.max(before.fraction, fraction) : fraction;
      change(index, { status: "calculating", fraction: furthest, calculatedBy });
    },
    cancelled: (index: number): void => change(index, { status: "cancelled" }),
    /** Reads every value again that is not there yet, in case its event was lost. */
    recheck(): void {
      for (const [index, state] of known) {
        if (state.peek().status === "pending" || state.peek().status === "calculating") read(index);
      }
    },
    async cancel(index: number): Promise<void> {
      try {
        await api.cancel(index);
        change(index, { status: "cancelled" });
      } catch (error) {
        const before = of(index).peek();
        if (before.status !== "calculating") return;
        change(index, { ...before, problem: `Not cancelled. ${(error as Error).message}` });
      }
    },
  };
});
export type ValuesModel = InstanceType<typeof ValuesModel>;
