/** The story of a submission in words. */
import { duration, grouped, percent } from "../numbers/format.ts";
import type { Story } from "./flow.ts";
import type { Calculation } from "./values.ts";

export const introduction =
  "The API puts your entry on a Redis stream. A calculator takes it from there, and the value comes back to this page. Postgres keeps the history.";

/** @param calculation what the page knows about the index of the story. */
export function storyText(story: Story | null, calculation: Calculation): string {
  if (!story) return introduction;
  const { index, rejected, acceptedAfter, recordedAfter, valueAfter, cached, known, takenOverFrom } = story;
  const term = `F(${grouped(index)})`;
  if (rejected) return `${term} was not accepted.`;
  if (acceptedAfter === undefined) return `${term} is on its way to the API.`;
  const sentences = [`${term} was accepted after ${duration(acceptedAfter)}.`];
  if (recordedAfter !== undefined) sentences.push(`Recorded in Postgres after ${duration(recordedAfter)}.`);
  if (takenOverFrom && calculation.status === "calculating") {
    sentences.push(`${calculation.calculatedBy} took it over: ${takenOverFrom} stopped reporting.`);
  }
  if (calculation.status === "calculating") {
    sentences.push(`${calculation.calculatedBy} is calculating, ${percent(calculation.fraction)}.`);
  } else if (calculation.status === "cancelled") sentences.push("Cancelled.");
  else if (calculation.status === "calculated") {
    const { calculatedBy, milliseconds } = calculation;
    const arrived = known
      ? "this page had the value already"
      : `the value was here after ${duration(valueAfter ?? 0)}`;
    sentences.push(
      cached
        ? `${calculatedBy} had calculated it before; ${arrived}.`
        : `${calculatedBy} calculated it in ${duration(milliseconds)}; ${arrived}.`,
    );
  } else sentences.push("It waits in Redis for a calculator.");
  return sentences.join(" ");
}
