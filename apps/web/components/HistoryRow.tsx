/** One entry: its time, index, shortened value, and where the value came from. */
import { useEffect } from "preact/hooks";
import type { EntryRow } from "../../shared/contracts/http.ts";
import type { Value } from "../../shared/contracts/state.ts";
import type { Calculation, ValuesModel } from "../models/values.ts";
import type { ViewerModel } from "../models/viewer.ts";
import { count, duration, exactly, grouped, groups, percent, when } from "../numbers/format.ts";
import { isFromCache } from "./Status.tsx";
import { Term } from "./Term.tsx";

interface Props {
  entry: EntryRow;
  position: number;
  /** Number of all rows; -1 while it is unknown. */
  count: number;
  top: number;
  values: ValuesModel;
  viewer: ViewerModel;
}

export function HistoryRow({ entry, position, count: rows, top, values, viewer }: Props) {
  const calculation = values.of(entry.number).value;
  useEffect(() => values.want(entry.number), [entry.number, calculation.status]);
  return (
    <li
      class={`row ${calculation.status}`}
      aria-posinset={position + 1}
      aria-setsize={rows}
      style={{ "--top": `${top}px` }}
    >
      <time dateTime={entry.submittedAt} title={exactly(entry.submittedAt)}>
        {when(entry.submittedAt)}
      </time>
      <Term index={entry.number} />
      {calculation.status === "calculated" ? (
        <ShortValue
          value={calculation}
          cached={isFromCache(calculation, entry.submittedAt)}
          viewer={viewer}
        />
      ) : (
        <span class="row-state">{words(calculation)}</span>
      )}
    </li>
  );
}

function words(calculation: Exclude<Calculation, { status: "calculated" }>): string {
  switch (calculation.status) {
    case "unknown":
      return "";
    case "pending":
      return "pending";
    case "cancelled":
      return "cancelled";
    case "calculating":
      return `calculating, ${percent(calculation.fraction)}`;
  }
}

/** The last digits are always visible; the first are cut off where the row is too narrow. */
const endShown = 9;
const startShown = 48;

/** Grouped by spaces, which the style sheet narrows: fewer elements than the large numbers have. */
const spaced = (text: string, total?: number) => groups(text, total).join(" ");

function ShortValue({ value, cached, viewer }: { value: Value; cached: boolean; viewer: ViewerModel }) {
  const start = value.value ?? value.head ?? "";
  const end = value.value ?? value.tail ?? "";
  const atStart = value.digitCount - endShown;
  const short = atStart <= 3;
  return (
    <>
      <button type="button" class="row-value" onClick={() => viewer.open(value)}>
        <span class="visually-hidden">
          {short ? `${start}, show` : `${count(value.digitCount, "digit", "digits")}, show all`}
        </span>
        {!short && (
          <span class="row-start" aria-hidden="true">
            {spaced(start.slice(0, Math.min(atStart, startShown)), atStart)}
            {atStart > startShown && "…"}
          </span>
        )}
        <span class="row-tail" aria-hidden="true">
          {spaced(short ? start : end.slice(-endShown))}
        </span>
      </button>
      <span class="row-digits">{grouped(value.digitCount)}</span>
      <span class={`row-took${cached ? " cache" : ""}`}>
        {cached ? "from cache" : duration(value.milliseconds)}
      </span>
      <span class="row-by">{value.calculatedBy}</span>
    </>
  );
}
