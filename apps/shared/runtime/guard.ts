import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { NextFunction, Request, Response } from "express";
import { HttpProblem } from "./problem.ts";

/**
 * Keeps everyone but the sidecar's own deliveries from the event functions.
 *
 * - With a token set, a caller has to show it. The sidecar does, on every call.
 * - Service invocation goes through the sidecar too, so it carries the token; but it
 *   also carries the caller's app id, which a delivery never does.
 *
 * @throws HttpProblem 403
 */
export function demandSidecar(headers: IncomingHttpHeaders, token: string | undefined): void {
  if (headers["dapr-caller-app-id"] !== undefined || !tokenFits(headers, token)) {
    throw new HttpProblem(403, "Forbidden", "Only the sidecar may call this.");
  }
}

/** The same, as a part of express. */
export const sidecarOnly =
  (token: string | undefined) =>
  (request: Request, _response: Response, next: NextFunction): void => {
    demandSidecar(request.headers, token);
    next();
  };

function tokenFits(headers: IncomingHttpHeaders, token: string | undefined): boolean {
  if (!token) return true;
  const shown = Buffer.from(String(headers["dapr-api-token"] ?? ""));
  const expected = Buffer.from(token);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}
