import { timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import { HttpProblem } from "./problem.ts";

/**
 * Keeps everyone but the sidecar's own deliveries from the event functions.
 *
 * - With a token set, a caller has to show it. The sidecar does, on every call.
 * - Service invocation goes through the sidecar too, so it carries the token; but it
 *   also carries the caller's app id, which a delivery never does.
 */
export function sidecarOnly(token: string | undefined) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (request.headers["dapr-caller-app-id"] !== undefined || !tokenFits(request, token)) {
      throw new HttpProblem(403, "Forbidden", "Only the sidecar may call this.");
    }
    next();
  };
}

function tokenFits(request: Request, token: string | undefined): boolean {
  if (!token) return true;
  const shown = Buffer.from(String(request.headers["dapr-api-token"] ?? ""));
  const expected = Buffer.from(token);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}
