import { problem } from "../shared/runtime/answers.ts";
import { unavailable } from "../shared/runtime/problem.ts";

/** What a function that needs Redis can answer, for its `answers`. */
export const later = { 503: problem("Redis is unavailable; try again.") };

/** The call's result, or a 503 when the sidecar or Redis does not answer. */
export async function orLater<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw Object.assign(unavailable("A required service is unavailable."), { cause: error });
  }
}
