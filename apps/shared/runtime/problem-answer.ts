import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { badRequest, HttpProblem, unavailable } from "./problem.ts";
import { SidecarError } from "./sidecar-http.ts";

/**
 * Answers with whatever was thrown as problem+json, and tells nothing about the inside:
 * what nobody expected goes to the log. An answer that was begun is broken off, so that
 * the client sees that it is not whole.
 */
export function answerProblem(
  log: Logger,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const expected = asProblem(error);
  if (!expected) log.error({ err: error, path: request.url }, "a request failed");
  if (error instanceof SidecarError)
    log.warn({ reason: String(error), path: request.url }, "a request failed");
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = expected ?? hidden;
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...problem.headers,
  });
  response.end(body);
}

const hidden = new HttpProblem(500, "Something went wrong", "The request failed here; it is in the logs.");

/** What was thrown on purpose, here or by express, or is nobody's fault; undefined for a bug. */
function asProblem(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  // A store that is away is neither a bug nor the client's mistake.
  if (error instanceof SidecarError) return unavailable("A part that this needs does not answer.");
  const { status } = error as { status?: number };
  if (status === undefined || status < 400 || status >= 500) return undefined;
  return badRequest("The request cannot be read.");
}
