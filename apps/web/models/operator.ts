/**
 * The operator token. Operator actions (replay, cancel) need one where the API is configured with
 * one. The page asks for it when an action is refused, repeats the action, and keeps the token in
 * sessionStorage: it is gone when the tab is closed, and never in a URL or a cookie.
 */
import { createModel, signal } from "@preact/signals";
import type { Storage } from "../adapters/storage.ts";

const key = "operatorToken";
/** The API's own words are for programs: they name a header. */
export const tokenNeeded = "This action needs the operator token.";
export const tokenRejected = "The API does not accept this token.";

/** True for an ApiError that asks for a bearer token. Read by its fields, so that this model imports no adapter. */
export const needsToken = (error: unknown): boolean =>
  (error as { needsToken?: boolean } | null)?.needsToken === true;

export const OperatorModel = createModel((storage: Storage) => {
  const token = signal<string | null>(storage.read<string | null>(key, null));
  /** Why the dialog is open; null while it is closed. */
  const question = signal<string | null>(null);
  let answered: Promise<boolean> | undefined;
  let answer: ((given: boolean) => void) | undefined;

  /** Opens the dialog, or joins the question that is open. Resolves with false when the person closes it. */
  function ask(reason: string): Promise<boolean> {
    question.value = reason;
    answered ??= new Promise((resolve) => {
      answer = resolve;
    });
    return answered;
  }

  function close(given: boolean): void {
    question.value = null;
    answer?.(given);
    answered = answer = undefined;
  }

  return {
    token,
    question,
    /**
     * Runs an operator action, and repeats it with each token that the person gives.
     * @throws what the action throws, and an error when the person closes the dialog.
     */
    async authorize<Result>(action: () => Promise<Result>): Promise<Result> {
      for (;;) {
        const used = token.peek();
        try {
          return await action();
        } catch (error) {
          if (!needsToken(error)) throw error;
          // Another action has got a token meanwhile.
          if (token.peek() !== used) continue;
          const given = await ask(used === null ? tokenNeeded : tokenRejected);
          if (!given) throw new Error(tokenNeeded);
        }
      }
    },
    give(text: string): void {
      const given = text.trim();
      if (given === "") return;
      token.value = given;
      storage.write(key, given);
      close(true);
    },
    dismiss: (): void => close(false),
  };
});
export type OperatorModel = InstanceType<typeof OperatorModel>;
