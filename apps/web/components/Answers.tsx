/** What was entered here, latest first, each on its way from accepted to value. */
import type { Api } from "../adapters/api.ts";
import type { Asked, AskingModel } from "../models/asking.ts";
import type { ValuesModel } from "../models/values.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { count } from "../numbers/format.ts";
import { How } from "./How.tsx";
import { NumberText, NumberToCome } from "./Number.tsx";
import { Term } from "./Term.tsx";
import { ValueActions } from "./ValueActions.tsx";

/** The others are in the history below. */
const shownAtOnce = 5;

interface Props {
  asking: AskingModel;
  values: ValuesModel;
  viewer: ViewerModel;
  api: Pick<Api, "allDigits" | "downloadUrl">;
}

export function Answers({ asking, values, viewer, api }: Props) {
  const asked = asking.asked.value;
  if (asked.length === 0) return null;
  return (
    <section class="answers" aria-label="Asked here">
      <ol>
        {asked.slice(0, shownAtOnce).map((item) => (
          <Answer key={item.key} item={item} asking={asking} values={values} viewer={viewer} api={api} />
        ))}
      </ol>
      <p class="answers-foot">
        <Summary asked={asked} values={values} />
        <button type="button" class="quiet" onClick={() => asking.clear()}>
          Clear
        </button>
      </p>
    </section>
  );
}

function Answer({ item, asking, values, viewer, api }: Props & { item: Asked }) {
  const { index, submittedAt } = item;
  const calculation = values.of(index).value;
  return (
    <li class={`answer ${calculation.status}`}>
      <h2>
        <Term index={index} />
      </h2>
      <p class="how">
        <How calculation={calculation} submittedAt={submittedAt} />
      </p>
      {calculation.status === "calculated" ? (
        <NumberText value={calculation} />
      ) : (
        <NumberToCome index={index} />
      )}
      <div class="answer-actions">
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
          <button type="button" class="quiet" onClick={() => asking.again(index)}>
            Calculate again
          </button>
        )}
      </div>
    </li>
  );
}

function Summary({ asked, values }: { asked: Asked[]; values: ValuesModel }) {
  const done = asked.filter(({ index }) => values.of(index).value.status === "calculated").length;
  const more = asked.length - shownAtOnce;
  return (
    <span>
      {done < asked.length
        ? `${done} of ${asked.length} answered`
        : asked.length === 1
          ? "Answered"
          : `All ${done} answered`}
      {more > 0 && `; ${count(more, "more is", "more are")} in the history`}
    </span>
  );
}
