import { setTimeout as pause } from "node:timers/promises";

/** What was accepted, from the clients' own answers. */
export class Ledger {
  /** Id to index of every submission that was answered 202. */
  readonly accepted = new Map<string, number>();
  readonly answers = new Map<string, number>();

  note(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }

  toString(): string {
    return [...this.answers].map(([answer, count]) => `${count} × ${answer}`).join(", ");
  }
}

/** Clients that submit indexes below 3,000, each after the last one's answer, until they are stopped. */
export function startLoad(url: string, ledger: Ledger, clients = 6): { stop(): Promise<void> } {
  let going = true;
  const client = async () => {
    while (going) {
      const index = Math.floor(Math.random() * 3_000);
      try {
        const response = await fetch(`${url}/api/values`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ index }),
          signal: AbortSignal.timeout(30_000),
        });
        const text = await response.text();
        ledger.note(String(response.status));
        if (response.status === 202) ledger.accepted.set((JSON.parse(text) as { id: string }).id, index);
        else await pause(100);
      } catch (error) {
        const { cause, message } = error as { cause?: { code?: string }; message: string };
        ledger.note(cause?.code ?? message);
        await pause(100);
      }
      await pause(20);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop() {
      going = false;
      await all;
    },
  };
}
