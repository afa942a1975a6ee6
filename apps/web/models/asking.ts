/** The field: what is typed, what is on its way to the API, and what became of it. Nothing typed is lost. */
import { computed, createModel, effect, signal } from "@preact/signals";
import { type Api, ApiError } from "../adapters/api.ts";
import type { Storage } from "../adapters/storage.ts";
import { count } from "../numbers/format.ts";
import { parseIndexes, writeIndexes } from "../numbers/parseIndexes.ts";
import type { ValuesModel } from "./values.ts";

export interface Asked {
  key: number;
  index: number;
  /** When the API accepted it; null while it is on its way. */
  submittedAt: string | null;
}

const sendsAtOnce = 5;
const attempts = 4;
const longestWait = 10;

export const AskingModel = createModel((api: Pick<Api, "submit">, values: ValuesModel, storage: Storage) => {
  const draft = signal(storage.read("draft", ""));
  const problem = signal<string | null>(null);
  const notice = signal<string | null>(null);
  const upperLimit = signal<number | null>(null);
  const asked = signal<Asked[]>(storage.read<Asked[]>("asked", []));
  const sending = computed(() => asked.value.some(({ submittedAt }) => submittedAt === null));
  let lastKey = asked.peek().reduce((highest, { key }) => Math.max(highest, key), 0);
  for (const { index } of asked.peek()) values.want(index);

  // A reload while something is on its way finds it in the field again.
  effect(() => {
    const unsent = asked.value.filter(({ submittedAt }) => submittedAt === null).map(({ index }) => index);
    storage.write("draft", [writeIndexes(unsent), draft.value].filter(Boolean).join(", "));
    const taken = asked.value.filter(({ submittedAt }) => submittedAt !== null);
    storage.write("asked", taken.slice(0, 50));
  });

  async function send(index: number, attempt = 1): Promise<string> {
    try {
      return (await api.submit(index)).submittedAt;
    } catch (error) {
      const busy = error instanceof ApiError && (error.status === 503 || error.status === 429);
      if (!busy || attempt === attempts) throw error;
      const seconds = Math.min(error.retryAfter ?? attempt, longestWait);
      notice.value = `The API is busy. Trying again in ${count(seconds, "second", "seconds")}.`;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      return send(index, attempt + 1);
    }
  }

  async function sendAll(batch: Asked[]): Promise<void> {
    const queue = [...batch];
    const failed = new Map<number, string>();
    async function work(): Promise<void> {
      for (let item = queue.shift(); item; item = queue.shift()) {
        const { key, index } = item;
        try {
          const submittedAt = await send(index);
          asked.value = asked.peek().map((one) => (one.key === key ? { ...one, submittedAt } : one));
          values.expect(index);
        } catch (error) {
          failed.set(key, (error as Error).message);
        }
      }
    }
    await Promise.all(Array.from({ length: sendsAtOnce }, work));
    notice.value = null;
    if (failed.size > 0) giveBack(batch, failed);
  }

  /** What the API did not take goes back into the field, before what was typed meanwhile. */
  function giveBack(batch: Asked[], failed: Map<number, string>): void {
    const indexes = batch.filter(({ key }) => failed.has(key)).map(({ index }) => index);
    asked.value = asked.peek().filter(({ key }) => !failed.has(key));
    draft.value = [writeIndexes(indexes), draft.peek()].filter(Boolean).join(", ");
    const [reason] = failed.values();
    const which = batch.length === 1 ? "It is" : `${failed.size} of ${batch.length} are`;
    problem.value = `${reason} ${which} back in the field, so that you can try again.`;
  }

  return {
    draft,
    problem,
    notice,
    upperLimit,
    asked,
    sending,
    type(text: string): void {
      draft.value = text;
      problem.value = null;
    },
    async submit(): Promise<void> {
      const parsed = parseIndexes(draft.peek(), upperLimit.peek());
      problem.value = parsed.problem ?? null;
      if (!parsed.indexes) return;
      const batch = parsed.indexes.map((index) => ({ key: ++lastKey, index, submittedAt: null }));
      asked.value = [...batch, ...asked.peek()].slice(0, 1_000);
      draft.value = "";
      await sendAll(batch);
    },
    again(index: number): void {
      const item = { key: ++lastKey, index, submittedAt: null };
      asked.value = [item, ...asked.peek()];
      void sendAll([item]);
    },
    clear(): void {
      asked.value = asked.peek().filter(({ submittedAt }) => submittedAt === null);
    },
  };
});
export type AskingModel = InstanceType<typeof AskingModel>;
