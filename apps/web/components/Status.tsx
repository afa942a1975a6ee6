/** One line: how far a submission is, or where its value came from. */
import type { Calculation } from "../models/values.ts";
import { duration, exactly, percent, when } from "../numbers/format.ts";

export function isFromCache(calculation: Calculation, submittedAt: string | null): boolean {
  return (
    calculation.status === "calculated" && submittedAt !== null && calculation.calculatedAt < submittedAt
  );
}

interface Props {
  calculation: Calculation;
  /** Null until the API has accepted it. */
  submittedAt: string | null;
}

export function Status({ calculation, submittedAt }: Props) {
  if (submittedAt === null) return <>Sending…</>;
  switch (calculation.status) {
    case "calculated":
      return isFromCache(calculation, submittedAt) ? (
        <>
          <b class="cache">From cache</b> · <span class="replica">{calculation.calculatedBy}</span>,{" "}
          <time dateTime={calculation.calculatedAt} title={exactly(calculation.calculatedAt)}>
            {when(calculation.calculatedAt)}
          </time>
        </>
      ) : (
        <>
          <b class="fresh">Calculated</b> in {duration(calculation.milliseconds)} ·{" "}
          <span class="replica">{calculation.calculatedBy}</span>
        </>
      );
    case "calculating":
      return calculation.problem ? (
        <span class="problem">{calculation.problem}</span>
      ) : (
        <>
          Calculating, {percent(calculation.fraction)} ·{" "}
          <span class="replica">{calculation.calculatedBy}</span>
        </>
      );
    case "cancelled":
      return <>Cancelled</>;
    default:
      return <>Accepted, waiting for a calculator</>;
  }
}
