import { z } from "zod";

/** One answer of a request function, as /openapi.json describes it. */
export interface Answer {
  description: string;
  contentType: string;
  schema: z.ZodType;
}

/** RFC 9457, as application/problem+json. `detail` is a sentence for a person. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
});
export type Problem = z.infer<typeof Problem>;

export const json = (description: string, schema: z.ZodType): Answer => ({
  description,
  contentType: "application/json",
  schema,
});

export const text = (description: string, contentType = "text/plain"): Answer => ({
  description,
  contentType,
  schema: z.string(),
});

export const problem = (description: string): Answer => ({
  description,
  contentType: "application/problem+json",
  schema: Problem,
});

/**
 * A schema whose input is described by hand, for values that are parsed from text or that answer with
 * a status of their own.
 * @param described JSON Schema of the input, for /openapi.json.
 * @param parse returns the value, or throws an HttpProblem or an Error with a sentence for the caller.
 */
export const parsedBy = <Value>(described: Record<string, unknown>, parse: (given: unknown) => Value) =>
  z
    .unknown()
    .meta(described)
    .transform((given) => parse(given));

/** A whole number in a path or query, like `limit=50`. @throws Error naming the range. */
export const wholeNumber = (name: string, min: number, max: number) =>
  parsedBy({ type: "integer", minimum: min, maximum: max }, (given) => {
    const number =
      typeof given === "string" && /^(0|[1-9]\d{0,15})$/.test(given) ? Number(given) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new Error(`\`${name}\` must be a whole number from ${min} to ${max}; got ${shown(given)}.`);
  });

/** A value as an error message shows it: quoted, and short. */
export function shown(given: unknown): string {
  const text = given === undefined ? "nothing" : (JSON.stringify(given) ?? String(given));
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
