/** The digits of one value, fetched in blocks, and only where they are visible. */
import { createModel, signal } from "@preact/signals";
import type { Value } from "../../shared/contracts/state.ts";
import type { Api } from "../adapters/api.ts";

const blockDigits = 20_000;
const mostBlocks = 60;
const fetchesAtOnce = 3;

export const ViewerModel = createModel((api: Pick<Api, "digits">) => {
  const shown = signal<Value | null>(null);
  const problem = signal<string | null>(null);
  /** Incremented when digits have arrived. */
  const version = signal(0);
  const blocks = new Map<number, string>();
  const loading = new Map<number, AbortController>();
  let wanted: number[] = [];

  function fetchNext(): void {
    for (const block of wanted) {
      const here = blocks.get(block);
      if (here !== undefined) {
        // Moved to the end: the least recently seen block is dropped first.
        blocks.delete(block);
        blocks.set(block, here);
      } else if (loading.size < fetchesAtOnce && !loading.has(block)) void load(block);
    }
  }

  async function load(block: number): Promise<void> {
    const value = shown.peek();
    if (!value) return;
    const control = new AbortController();
    loading.set(block, control);
    try {
      const from = block * blockDigits;
      const digits = await api.digits(
        value.index,
        from,
        Math.min(from + blockDigits, value.digitCount),
        control.signal,
      );
      if (control.signal.aborted) return;
      blocks.set(block, digits);
      for (const oldest of blocks.keys()) {
        if (blocks.size <= mostBlocks) break;
        blocks.delete(oldest);
      }
      problem.value = null;
      version.value++;
    } catch (error) {
      if (control.signal.aborted) return;
      problem.value = (error as Error).message;
      wanted = wanted.filter((one) => one !== block);
    } finally {
      if (loading.get(block) === control) loading.delete(block);
    }
    fetchNext();
  }

  function forget(): void {
    for (const control of loading.values()) control.abort();
    loading.clear();
    blocks.clear();
    wanted = [];
    problem.value = null;
  }

  return {
    shown,
    problem,
    version,
    open(value: Value): void {
      forget();
      shown.value = value;
    },
    close(): void {
      forget();
      shown.value = null;
    },
    /** Fetches these digits, which are visible now, and aborts all other requests. */
    look(from: number, to: number): void {
      const value = shown.peek();
      if (!value || value.value !== undefined) return;
      const first = Math.floor(Math.max(0, from) / blockDigits);
      const last = Math.floor((Math.min(to, value.digitCount) - 1) / blockDigits);
      wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      for (const [block, control] of loading) {
        if (wanted.includes(block)) continue;
        control.abort();
        loading.delete(block);
      }
      fetchNext();
    },
    /** Digits `from` up to and without `to`; undefined when they are not fetched yet. */
    digits(from: number, to: number): string | undefined {
      const whole = shown.peek()?.value;
      if (whole !== undefined) return whole.slice(from, to);
      const block = Math.floor(from / blockDigits);
      const first = blocks.get(block)?.slice(from - block * blockDigits, to - block * blockDigits);
      if (first === undefined || first.length === to - from) return first;
      const rest = blocks.get(block + 1)?.slice(0, to - from - first.length);
      return rest === undefined ? undefined : first + rest;
    },
  };
});
export type ViewerModel = InstanceType<typeof ViewerModel>;
