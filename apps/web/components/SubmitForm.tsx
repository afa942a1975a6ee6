/** The field. Its hint, preview and error share the space that is reserved below it. */
import type { SubmissionsModel } from "../models/submissions.ts";
import { count, grouped } from "../numbers/format.ts";
import { mostAtOnce, parseIndexes } from "../numbers/parseIndexes.ts";

/** Lists are often pasted as lines; a single-line field would join them without separators. */
function pasteLines(event: ClipboardEvent & { currentTarget: HTMLInputElement }): void {
  const text = event.clipboardData?.getData("text") ?? "";
  if (!/\n/.test(text.trim())) return;
  event.preventDefault();
  const field = event.currentTarget;
  const lines = text.trim().replace(/\s*\n\s*/g, ", ");
  field.setRangeText(lines, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A key for each text, so that the browser replaces the line and counts no layout shift. */
function Hint({ submissions }: { submissions: SubmissionsModel }) {
  const limit = submissions.upperLimit.value;
  const { indexes = [] } = parseIndexes(submissions.draft.value, limit);
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

export function SubmitForm({ submissions }: { submissions: SubmissionsModel }) {
  const problem = submissions.problem.value;
  return (
    <form
      class="submit-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submissions.submit();
      }}
    >
      <label for="indexes">Which Fibonacci number?</label>
      <div class="form-line">
        <span class="form-term">
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
            value={submissions.draft.value}
            onInput={(event) => submissions.type(event.currentTarget.value)}
            onPaste={pasteLines}
          />
          <span aria-hidden="true">)</span>
        </span>
        <button type="submit" class="primary">
          Calculate
        </button>
      </div>
      <div class="form-notes">
        <p id="indexes-problem" class="problem" role="alert">
          {problem}
        </p>
        {problem === null && (
          <p id="indexes-hint" class="hint">
            <Hint submissions={submissions} />
          </p>
        )}
        <p class="notice" role="status">
          {submissions.notice.value}
        </p>
      </div>
    </form>
  );
}
