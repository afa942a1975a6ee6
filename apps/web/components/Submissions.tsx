/** The submissions of this page, newest first, each from "accepted" to its value. */
import type { Api } from "../adapters/api.ts";
import type { OwnSubmission, SubmissionsModel } from "../models/submissions.ts";
import type { Calculation, ValuesModel } from "../models/values.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { count, percent } from "../numbers/format.ts";

import { NumberText, NumberToCome } from "./Number.tsx";
import { Status } from "./Status.tsx";
import { Term } from "./Term.tsx";
import { ValueActions } from "./ValueActions.tsx";

/** The history shows the others. */
const mostShown = 5;

interface Props {
  submissions: SubmissionsModel;
  values: ValuesModel;
  viewer: ViewerModel;
  api: Pick<Api, "allDigits" | "downloadUrl">;
}

export function Submissions({ submissions, values, viewer, api }: Props) {
  const own = submissions.own.value;
  if (own.length === 0) return null;
  return (
    <section class="submissions" aria-label="Your submissions">
      <ol>
        {own.slice(0, mostShown).map((item) => (
          <Submission key={item.key} {...{ item, submissions, values, viewer, api }} />
        ))}
      </ol>
      <p class="submissions-foot">
        <Summary own={own} values={values} />
        <button type="button" class="quiet" onClick={() => submissions.clear()}>
          Clear
        </button>
      </p>
    </section>
  );
}

function Submission({ item, submissions, values, viewer, api }: Props & { item: OwnSubmission }) {
  const { index, submittedAt } = item;
  const calculation = values.of(index).value;
  return (
    <li class={`submission ${calculation.status}`}>
      <h2>
        <Term index={index} />
      </h2>
      <p class="status">
        <Status
          key={statusKey(calculation, submittedAt)}
          calculation={calculation}
          submittedAt={submittedAt}
        />
      </p>
      {calculation.status === "calculated" ? (
        <NumberText value={calculation} />
      ) : (
        <NumberToCome index={index} />
      )}
      <div class="value-actions">
        {calculation.status === "calculated" && (
          <ValueActions value={calculation} viewer={viewer} api={api} />
        )}
        {calculation.status === "calculating" && (
          <>
            <progress aria-label={`F(${index})`} max={1} value={calculation.fraction} />
            <button type="button" class="quiet" onClick={() => void values.cancel(index)}>
              Cancel
            </button>
          </>
        )}
        {calculation.status === "cancelled" && (
          <button type="button" class="quiet" onClick={() => void submissions.resubmit(index)}>
            Calculate again
          </button>
        )}
      </div>
    </li>
  );
}

/** A key for each text, so that the browser replaces the line and counts no layout shift. */
const statusKey = (calculation: Calculation, submittedAt: string | null): string =>
  `${submittedAt} ${calculation.status} ${calculation.status === "calculating" && percent(calculation.fraction)}`;

function Summary({ own, values }: { own: OwnSubmission[]; values: ValuesModel }) {
  const done = own.filter(({ index }) => values.of(index).value.status === "calculated").length;
  const more = own.length - mostShown;
  return (
    <span>
      {done < own.length
        ? `${done} of ${own.length} calculated`
        : own.length === 1
          ? "Calculated"
          : `All ${done} calculated`}
      {more > 0 && `; ${count(more, "more is", "more are")} in the history`}
    </span>
  );
}
