import { indexTooHigh } from "../shared/contracts/settings.ts";
import { parsedBy, shown } from "../shared/runtime/answers.ts";
import { badRequest, HttpProblem } from "../shared/runtime/problem.ts";

/**
 * Reads an index as people and programs send it: a whole number, or decimal digits
 * in a string. No sign, no exponent, no fraction, no leading zeros in a string.
 *
 * @param upperLimit the largest index that is accepted.
 * @throws HttpProblem 400 for anything that is not an index, 422 above the limit.
 */
export function parseIndex(given: unknown, upperLimit: number): number {
  const looksRight =
    typeof given === "number"
      ? Number.isInteger(given) && given >= 0
      : typeof given === "string" && /^(0|[1-9]\d{0,999})$/.test(given);
  if (!looksRight) {
    throw badRequest(`\`index\` must be a whole number from 0 to ${upperLimit}; got ${shown(given)}.`);
  }
  const index = Math.abs(Number(given));
  if (index > upperLimit) {
    throw new HttpProblem(422, indexTooHigh, `The largest index that is calculated here is ${upperLimit}.`);
  }
  return index;
}

/** The schema of an index in a body: a number, or a string of digits. */
export const indexIn = (upperLimit: number) =>
  parsedBy(
    {
      oneOf: [
        { type: "integer", minimum: 0, maximum: upperLimit },
        { type: "string", pattern: `^${digitsUpTo(upperLimit)}$` },
      ],
    },
    (given) => parseIndex(given, upperLimit),
  );

/** The schema of an index in a path or a query. */
export const indexInUrl = (upperLimit: number) =>
  parsedBy({ type: "integer", minimum: 0, maximum: upperLimit }, (given) => parseIndex(given, upperLimit));

/** A regular expression for the decimal numbers from 0 to a limit: what JSON Schema cannot say of a string otherwise. */
export function digitsUpTo(limit: number): string {
  const digits = String(limit);
  const choices = digits.length > 1 ? ["[0-9]", `[1-9][0-9]{1,${digits.length - 2}}`] : [];
  // Numbers of the same length that differ from the limit first at one place.
  for (let place = 0; place < digits.length; place++) {
    const least = place === 0 && digits.length > 1 ? 1 : 0;
    const below = Number(digits[place]) - 1;
    if (below < least) continue;
    const rest = digits.length - place - 1;
    choices.push(`${digits.slice(0, place)}[${least}-${below}]${rest > 0 ? `[0-9]{${rest}}` : ""}`);
  }
  choices.push(digits);
  // Two-digit limits have no lengths between.
  return `(${choices.filter((choice) => !choice.endsWith("{1,0}")).join("|")})`;
}
