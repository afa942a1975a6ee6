/** The field. Its hint, preview and error share one reserved place below it. */
import type { AskingModel } from "../models/asking.ts";
import { count, grouped } from "../numbers/format.ts";
import { mostAtOnce, parseIndexes } from "../numbers/parseIndexes.ts";

/** Lists are often pasted as lines, which a one-line field would glue together. */
function pasteLines(event: ClipboardEvent & { currentTarget: HTMLInputElement }): void {
  const text = event.clipboardData?.getData("text") ?? "";
  if (!/\n/.test(text.trim())) return;
  event.preventDefault();
  const field = event.currentTarget;
  const lines = text.trim().replace(/\s*\n\s*/g, ", ");
  field.setRangeText(lines, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A key for each text: the browser replaces a line then, where it would count a moved one as a shift. */
function Hint({ asking }: { asking: AskingModel }) {
  const limit = asking.upperLimit.value;
  const { indexes = [] } = parseIndexes(asking.draft.value, limit);
  if (indexes.length > 1) {
    const few = indexes.length <= 6 ? `: ${indexes.map(grouped).join(" · ")}` : "";
    return <span key="count">That is {count(indexes.length, "index", "indexes") + few}</span>;
  }
  return (
    <span key={`limit ${limit}`}>
      One index, or several: <kbd>10, 20, 1000-1010</kbd>. Up to{" "}
      {limit === null ? "the limit" : grouped(limit)}, at most {mostAtOnce} at once.
    </span>
  );
}

export function AskForm({ asking }: { asking: AskingModel }) {
  const problem = asking.problem.value;
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        void asking.submit();
      }}
    >
      <label for="indexes">Which Fibonacci number?</label>
      <div class="ask-line">
        <span class="ask-term">
          <i aria-hidden="true">F</i>
          <span aria-hidden="true">(</span>
          <input
            id="indexes"
            name="indexes"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="go"
            placeholder="40"
            aria-describedby="indexes-hint indexes-problem"
            aria-invalid={problem !== null}
            value={asking.draft.value}
            onInput={(event) => asking.type(event.currentTarget.value)}
            onPaste={pasteLines}
          />
          <span aria-hidden="true">)</span>
        </span>
        <button type="submit" class="primary">
          Calculate
        </button>
      </div>
      <div class="ask-notes">
        <p id="indexes-problem" class="problem" role="alert">
          {problem}
        </p>
        {problem === null && (
          <p id="indexes-hint" class="hint">
            <Hint asking={asking} />
          </p>
        )}
        <p class="notice" role="status">
          {asking.notice.value}
        </p>
      </div>
    </form>
  );
}
