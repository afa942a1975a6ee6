/**
 * What the page knows about each index: one signal per index, so that a change
 * redraws only what shows that index.
 *
 *   unknown → pending → calculating → calculated
 *                  └────────┴──→ cancelled → pending (entered again)
 *
 * "calculated" is final, because a value never changes. Events bring values;
 * reads find those whose event this page missed, many in one request.
 */
import { createModel, type Signal, signal } from "@preact/signals";
import type { PageEvents } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";
import type { Api } from "../adapters/api.ts";
import type { OperatorModel } from "./operator.ts";

export type Calculation =
  | { status: "unknown" }
  | { status: "pending" }
  | { status: "calculating"; fraction: number; calculatedBy: string; problem?: string }
  | { status: "cancelled" }
  | ({ status: "calculated" } & Value);

type ValuesApi = Pick<Api, "values" | "value" | "cancel">;
type Authorize = Pick<OperatorModel, "authorize">;

/** The API's limit for one request. */
export const indexesPerRead = 100;
const readsAtOnce = 2;
/** Rows that scrolled past are dropped; they ask again when they are visible again. */
const mostWaiting = 1_000;
/**
 * Milliseconds until an index without a value is read on its own. A value that is being calculated
 * arrives earlier, as an event; what is still pending was perhaps cancelled.
 */
export const confirmAfter = 2_000;
const confirmationsAtOnce = 4;
/** Milliseconds between two redraws of what shows all values. */
const announceEvery = 400;

export const ValuesModel = createModel((api: ValuesApi, operator: Authorize) => {
  const known = new Map<number, Signal<Calculation>>();
  const calculated: Value[] = [];
  const waiting = new Set<number>();
  const reading = new Set<number>();
  const unconfirmed = new Set<number>();
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

  const statusOf = (index: number) => of(index).peek().status;

  /** Changes a state, unless the value is there already. */
  function change(index: number, next: Calculation): void {
    if (statusOf(index) !== "calculated") of(index).value = next;
  }

  function keep(value: Value): void {
    if (statusOf(value.index) === "calculated") return;
    change(value.index, { ...value, status: "calculated" });
    calculated.push(value);
    if (announcing) return;
    announcing = true;
    setTimeout(() => {
      announcing = false;
      version.value++;
    }, announceEvery);
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
    for (const value of await api.values(batch).catch(() => [])) keep(value);
    reads -= 1;
    for (const index of batch) {
      reading.delete(index);
      if (statusOf(index) !== "unknown") continue;
      change(index, { status: "pending" });
      if (unconfirmed.size === 0) setTimeout(() => void confirm(), confirmAfter);
      unconfirmed.add(index);
    }
    void readNext();
  }

  /** Reads the indexes that are pending since they were first seen: only this tells pending from cancelled. */
  async function confirm(): Promise<void> {
    const left = [...unconfirmed].filter((index) => statusOf(index) === "pending");
    unconfirmed.clear();
    async function work(): Promise<void> {
      for (let index = left.shift(); index !== undefined; index = left.shift()) {
        const answer = await api.value(index).catch(() => undefined);
        if (answer?.status === "calculated") keep(answer);
        else if (answer?.status === "cancelled") change(index, { status: "cancelled" });
      }
    }
    await Promise.all(Array.from({ length: confirmationsAtOnce }, work));
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
      for (const index of waiting) if (statusOf(index) === "calculated") waiting.delete(index);
      while (reads < readsAtOnce && waiting.size > 0) void readNext();
    });
  }

  return {
    version,
    of,
    all: (): readonly Value[] => calculated,
    /** Reads the value of an index, unless it is known. */
    want(index: number): void {
      if (statusOf(index) === "unknown" && !reading.has(index)) read(index);
    },
    /** The index was just accepted: its value is on its way, or there already. */
    expect(index: number): void {
      if (statusOf(index) === "calculated") return;
      if (statusOf(index) !== "calculating") change(index, { status: "pending" });
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
        await operator.authorize(() => api.cancel(index));
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
