/** What is known of each index. One signal an index, so that a change redraws only what shows that index. */
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

const readsAtOnce = 4;
/** Rows that flew by while scrolling are forgotten; they ask again when they are seen again. */
const announceEvery = 400;
const mostWaiting = 1_000;

export const ValuesModel = createModel((api: Pick<Api, "value" | "cancel">) => {
  const known = new Map<number, Signal<Calculation>>();
  const calculated: Value[] = [];
  const waiting = new Set<number>();
  const reading = new Set<number>();
  let announcing = false;
  /** Grows, now and then, when `calculated` has grown. */
  const version = signal(0);

  function of(index: number): Signal<Calculation> {
    let found = known.get(index);
    if (!found) {
      found = signal<Calculation>({ status: "unknown" });
      known.set(index, found);
    }
    return found;
  }

  function keep(value: Value): void {
    const state = of(value.index);
    if (state.peek().status === "calculated") return;
    state.value = { status: "calculated", ...value };
    calculated.push(value);
    if (announcing) return;
    announcing = true;
    setTimeout(() => {
      announcing = false;
      version.value++;
    }, announceEvery);
  }

  function learn(index: number, answer: ValueState): void {
    if (answer.status === "calculated") {
      keep(answer);
      return;
    }
    const state = of(index);
    if (answer.status === "cancelled") state.value = { status: "cancelled" };
    // A progress event says more than "pending" does.
    if (state.peek().status === "unknown") state.value = { status: "pending" };
  }

  async function readNext(): Promise<void> {
    const index = [...waiting].at(-1);
    if (index === undefined || reading.size >= readsAtOnce) return;
    waiting.delete(index);
    // An event may have brought it while it waited.
    if (of(index).peek().status === "calculated") return readNext();
    reading.add(index);
    try {
      learn(index, await api.value(index));
    } catch {
      // 404: not known there yet. No answer: read again when the connection is back.
      if (of(index).peek().status === "unknown") of(index).value = { status: "pending" };
    }
    reading.delete(index);
    void readNext();
  }

  function read(index: number): void {
    waiting.delete(index);
    waiting.add(index);
    if (waiting.size > mostWaiting)
      for (const oldest of [...waiting].slice(0, -mostWaiting)) waiting.delete(oldest);
    void readNext();
  }

  return {
    version,
    of,
    all: (): readonly Value[] => calculated,
    /** Reads the value, unless it is known. */
    want(index: number): void {
      if (of(index).peek().status === "unknown" && !reading.has(index)) read(index);
    },
    /** It was just entered: it is on its way, or there already. */
    expect(index: number): void {
      const state = of(index);
      if (state.peek().status === "calculated") return;
      if (state.peek().status !== "calculating") state.value = { status: "pending" };
      read(index);
    },
    take: (values: Value[]): void => values.forEach(keep),
    progress({ index, ...progress }: PageEvents["progress"]): void {
      const state = of(index);
      if (state.peek().status !== "calculated") state.value = { status: "calculating", ...progress };
    },
    /** Somebody cancelled it, perhaps on another page. */
    cancelled(index: number): void {
      const state = of(index);
      if (state.peek().status !== "calculated") state.value = { status: "cancelled" };
    },
    /** Reads everything again that is not there yet: what a lost event would have told. */
    recheck(): void {
      for (const [index, state] of known) {
        if (state.peek().status === "pending" || state.peek().status === "calculating") read(index);
      }
    },
    async cancel(index: number): Promise<void> {
      const state = of(index);
      try {
        await api.cancel(index);
        if (state.peek().status !== "calculated") state.value = { status: "cancelled" };
      } catch (error) {
        const before = state.peek();
        if (before.status !== "calculating") return;
        state.value = { ...before, problem: `Not cancelled. ${(error as Error).message}` };
      }
    },
  };
});
export type ValuesModel = InstanceType<typeof ValuesModel>;
