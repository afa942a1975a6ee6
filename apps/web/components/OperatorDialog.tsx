/** Asks for the operator token when the API refuses an action without it. */
import { useEffect, useRef } from "preact/hooks";
import type { OperatorModel } from "../models/operator.ts";

export function OperatorDialog({ operator }: { operator: OperatorModel }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const question = operator.question.value;
  useEffect(() => {
    if (question !== null) dialog.current?.showModal();
    else dialog.current?.close();
  }, [question]);
  return (
    <dialog
      ref={dialog}
      class="operator"
      aria-labelledby="operator-title"
      aria-describedby="operator-reason"
      // Escape and the button below; a token that was given has closed the question already.
      onClose={() => operator.question.peek() !== null && operator.dismiss()}
    >
      {question !== null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            operator.give(String(new FormData(event.currentTarget).get("token")));
          }}
        >
          <h2 id="operator-title">Operator token required</h2>
          <p id="operator-reason" role="alert">
            {question}
          </p>
          <label for="token">Operator token</label>
          <input id="token" name="token" type="password" autocomplete="off" spellcheck={false} required />
          <p class="hint">This tab keeps the token until you close it.</p>
          <div class="value-actions">
            <button type="submit" class="quiet">
              Continue
            </button>
            <button type="button" class="quiet" onClick={() => operator.dismiss()}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}
