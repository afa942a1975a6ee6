import { badRequest, HttpProblem } from "../shared/runtime/problem.ts";

/** The workshop's words. */
export const indexTooHigh = "Index too high";

/**
 * Reads an index as people and programs send it: a whole number, or decimal digits
 * in a string. No sign, no exponent, no fraction, no leading zeros in a string.
 *
 * @param upperLimit the largest index that is accepted.
 * @throws HttpProblem 400 for what is no index, 422 above the limit.
 */
export function parseIndex(given: unknown, upperLimit: number): number {
  const looksRight =
    typeof given === "number"
      ? Number.isInteger(given) && given >= 0
      : typeof given === "string" && /^(0|[1-9]\d{0,999})$/.test(given);
  if (!looksRight) throw badRequest("An index is a whole number from 0 up, like 40.");
  const index = Math.abs(Number(given));
  if (index > upperLimit) {
    throw new HttpProblem(422, indexTooHigh, `The largest index that is calculated here is ${upperLimit}.`);
  }
  return index;
}
