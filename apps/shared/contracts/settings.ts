/** Settings that both apps read. */
import { z } from "zod";

/** The largest index that any replica can be told to accept: F(10^9) takes 2 GiB of memory. */
export const largestUpperLimit = 1_000_000_000;
const upperLimit = z.coerce.number().int().min(0).max(largestUpperLimit);

export const settings = {
  /** The largest index that is accepted. */
  UPPER_LIMIT: upperLimit.optional(),
  /** The workshop's spelling of it. */
  UPPERLIMIT: upperLimit.optional(),
};

export const upperLimitOf = ({
  UPPER_LIMIT,
  UPPERLIMIT,
}: {
  UPPER_LIMIT?: number | undefined;
  UPPERLIMIT?: number | undefined;
}) => UPPER_LIMIT ?? UPPERLIMIT ?? 1_000_000;

/** The workshop's words for an index above the limit. */
export const indexTooHigh = "Index too high";
