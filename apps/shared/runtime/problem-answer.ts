import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { securityHeaders } from "./guard.ts";
import { HttpProblem, unavailable } from "./problem.ts";
import { SidecarError } from "./sidecar-http.ts";

/**
 * The one place for errors of requests and deliveries. Answers with problem+json and reveals nothing
 * about the inside: unexpected errors go to the log. A client that went away is not an error. An answer
 * that has begun is broken off, so that the client sees that it is not whole.
 */
export function answerProblem(
  log: Logger,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (clientIsGone(response, error)) return;
  const expected = asProblem(error);
  if (!expected) log.error({ err: error, path: request.url }, "request failed");
  if (error instanceof SidecarError) log.warn({ reason: String(error), path: request.url }, "request failed");
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = expected ?? hidden;
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    ...securityHeaders,
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...problem.headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

const hidden = new HttpProblem(
  500,
  "Internal error",
  "The request failed; the log of this replica says why.",
);

/** The client closed the connection before the answer ended, for example by closing its page. */
function clientIsGone(response: ServerResponse, error: unknown): boolean {
  const { code } = error as { code?: string };
  if (code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET" || code === "EPIPE")
    return response.destroyed;
  return response.destroyed && !response.writableFinished;
}

/** What was thrown on purpose, here or by middleware, or is a failure of a service; undefined for a bug. */
function asProblem(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  // An unavailable store is neither a bug nor the client's mistake.
  if (error instanceof SidecarError) return unavailable("A required service is unavailable.");
  const { status, expose, message } = error as { status?: number; expose?: boolean; message?: string };
  if (status === undefined || status < 400 || status >= 500) return undefined;
  // Errors of Express middleware carry a status, and say whether their message may be shown.
  return new HttpProblem(status, "Refused", expose && message ? message : "The request was refused.");
}
