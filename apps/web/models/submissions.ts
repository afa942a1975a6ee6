/** The field and the submissions of this page. Nothing that was typed is lost. */
import { createModel, effect, signal } from "@preact/signals";
import type { Accepted } from "../../shared/contracts/http.ts";
import type { Api } from "../adapters/api.ts";
import type { Storage } from "../adapters/storage.ts";
import { count } from "../numbers/format.ts";
import { parseIndexes, writeIndexes } from "../numbers/parseIndexes.ts";
import type { ValuesModel } from "./values.ts";

/** One index that was entered on this page. */
export interface OwnSubmission {
  key: number;
  index: number;
  /** When the API accepted it (ISO 8601); null until then. */
  submittedAt: string | null;
  /** The id that the API gave it. */
  id?: string;
}

const sendsAtOnce = 5;
const attempts = 4;
/** Seconds. */
const longestWait = 10;
const mostRemembered = 50;
const mostKept = 1_000;

export const SubmissionsModel = createModel(
  (api: Pick<Api, "submit">, values: ValuesModel, storage: Storage) => {
    const draft = signal(storage.read("draft", ""));
    const problem = signal<string | null>(null);
    const notice = signal<string | null>(null);
    const upperLimit = signal<number | null>(null);
    /** Newest batch first; in the order of typing within a batch. */
    const own = signal<OwnSubmission[]>(storage.read<OwnSubmission[]>("submissions", []));
    let lastKey = own.peek().reduce((highest, { key }) => Math.max(highest, key), 0);
    for (const { index } of own.peek()) values.want(index);

    // After a reload, submissions that were not accepted yet are back in the field.
    effect(() => {
      const unsent = own.value.filter(({ submittedAt }) => submittedAt === null).map(({ index }) => index);
      storage.write("draft", [writeIndexes(unsent), draft.value].filter(Boolean).join(", "));
      const accepted = own.value.filter(({ submittedAt }) => submittedAt !== null);
      storage.write("submissions", accepted.slice(0, mostRemembered));
    });

    async function send(index: number, attempt = 1): Promise<Accepted> {
      try {
        return await api.submit(index);
      } catch (error) {
        // An ApiError. Read by its fields, so that this model imports no adapter.
        const { status, retryAfter } = error as { status?: number; retryAfter?: number };
        const busy = status === 503 || status === 429;
        if (!busy || attempt === attempts) throw error;
        const seconds = Math.min(retryAfter ?? attempt, longestWait);
        notice.value = `The API is busy. Retrying in ${count(seconds, "second", "seconds")}.`;
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
        return send(index, attempt + 1);
      }
    }

    async function sendAll(batch: OwnSubmission[]): Promise<void> {
      const queue = [...batch];
      const failed = new Map<number, string>();
      async function work(): Promise<void> {
        for (let item = queue.shift(); item; item = queue.shift()) {
          const { key, index } = item;
          try {
            const { id, submittedAt } = await send(index);
            own.value = own.peek().map((one) => (one.key === key ? { ...one, id, submittedAt } : one));
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

    /** Puts rejected indexes back into the field, before anything typed meanwhile. */
    function giveBack(batch: OwnSubmission[], failed: Map<number, string>): void {
      const indexes = batch.filter(({ key }) => failed.has(key)).map(({ index }) => index);
      own.value = own.peek().filter(({ key }) => !failed.has(key));
      draft.value = [writeIndexes(indexes), draft.peek()].filter(Boolean).join(", ");
      const [reason] = failed.values();
      const which = batch.length === 1 ? "The index is" : `${failed.size} of ${batch.length} indexes are`;
      problem.value = `${reason} ${which} back in the field. Try again.`;
    }

    const begin = (index: number): OwnSubmission => ({ key: ++lastKey, index, submittedAt: null });

    return {
      draft,
      problem,
      notice,
      upperLimit,
      own,
      type(text: string): void {
        draft.value = text;
        problem.value = null;
      },
      async submit(): Promise<void> {
        const parsed = parseIndexes(draft.peek(), upperLimit.peek());
        problem.value = parsed.problem ?? null;
        if (!parsed.indexes) return;
        const batch = parsed.indexes.map(begin);
        own.value = [...batch, ...own.peek()].slice(0, mostKept);
        draft.value = "";
        await sendAll(batch);
      },
      /** Submits an index again, for instance after its calculation was cancelled. */
      async resubmit(index: number): Promise<void> {
        const item = begin(index);
        own.value = [item, ...own.peek()];
        await sendAll([item]);
      },
      clear(): void {
        own.value = own.peek().filter(({ submittedAt }) => submittedAt === null);
      },
    };
  },
);
export type SubmissionsModel = InstanceType<typeof SubmissionsModel>;
