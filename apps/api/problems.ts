import { indexTooHigh } from "../shared/contracts/settings.ts";
import { problem } from "../shared/runtime/answers.ts";

/** Answers that several functions share, for their declarations. */
export const tooHigh = { 422: problem(`${indexTooHigh}: above the largest index that is accepted.`) };
export const later = {
  503: problem("A required service is unavailable, or overloaded; Retry-After says when to try again."),
};
