/** The dead letters, and their replay. */
import { createModel, signal } from "@preact/signals";
import type { DeadLetterRow } from "../../shared/contracts/http.ts";
import type { Api } from "../adapters/api.ts";
import { count } from "../numbers/format.ts";
import type { OperatorModel } from "./operator.ts";

type DeadLettersApi = Pick<Api, "deadLetters" | "replay" | "replayAll">;
type Authorize = Pick<OperatorModel, "authorize">;

export const DeadLettersModel = createModel((api: DeadLettersApi, operator: Authorize) => {
  const rows = signal<DeadLetterRow[]>([]);
  const total = signal(0);
  /** Id of the dead letter that is being replayed, or "all". */
  const replaying = signal<string | null>(null);
  const outcome = signal<string | null>(null);

  async function refresh(): Promise<void> {
    try {
      const page = await api.deadLetters();
      if (JSON.stringify(page.deadLetters) !== JSON.stringify(rows.peek())) rows.value = page.deadLetters;
      total.value = page.total;
    } catch {
      // The connection reports that the API is unreachable; the rows stay.
    }
  }

  async function attempt(what: string, replay: () => Promise<{ replayed: number }>): Promise<void> {
    replaying.value = what;
    try {
      const { replayed } = await operator.authorize(replay);
      outcome.value = `${count(replayed, "event was", "events were")} published again.`;
    } catch (error) {
      outcome.value = `Not replayed. ${(error as Error).message}`;
    }
    replaying.value = null;
    await refresh();
  }

  return {
    rows,
    total,
    replaying,
    outcome,
    refresh,
    replay: (id: string) => attempt(id, () => api.replay(id)),
    replayAll: () => attempt("all", api.replayAll),
  };
});
export type DeadLettersModel = InstanceType<typeof DeadLettersModel>;
