import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { RuntimeConfig } from "./config.ts";
import { HttpProblem } from "./problem.ts";
import type { Route } from "./routes.ts";

/** Set on every answer to people and programs. Pages add what they need (a content security policy). */
export const securityHeaders: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-resource-policy": "same-origin",
};

export interface Guard {
  /** @throws HttpProblem 401, 403 or 421 when this request must not go on. */
  check(access: Route["access"], request: IncomingMessage): void;
}

type GuardConfig = Pick<RuntimeConfig, "appApiToken" | "operatorToken" | "allowedHosts">;

/**
 * Who may call which route, checked once for every request before anything else is done with it.
 *
 * - Sidecar routes: see `demandSidecar`.
 * - Everything else but probes: the Host must be one of ours (DNS rebinding), and a request that
 *   changes something must not come from another site's page (cross-site request forgery).
 * - Operator routes: the operator's token, where one is set.
 */
export function createGuard({ appApiToken, operatorToken, allowedHosts }: GuardConfig): Guard {
  const hostAllowed = hostCheck(allowedHosts);
  return {
    check(access, { headers, method }) {
      if (access === "probe") return;
      if (access === "sidecar") return demandSidecar(headers, appApiToken);
      if (!hostAllowed(headers.host)) {
        const detail = `The host ${JSON.stringify(headers.host ?? "")} is not served here (ALLOWED_HOSTS).`;
        throw new HttpProblem(421, "Misdirected request", detail);
      }
      if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS") refuseOtherSites(headers);
      if (access === "operator" && operatorToken && !bearerFits(headers, operatorToken)) {
        const detail = "This needs the operator token, as `Authorization: Bearer <token>`.";
        throw new HttpProblem(401, "Operator token needed", detail, { "www-authenticate": "Bearer" });
      }
    },
  };
}

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
  const fits = !token || same(String(headers["dapr-api-token"] ?? ""), token);
  if (headers["dapr-caller-app-id"] !== undefined || !fits) {
    throw new HttpProblem(403, "Forbidden", "Only the app's own sidecar may call this.");
  }
}

/**
 * Browsers say where a request comes from: in Sec-Fetch-Site, older ones in Origin. Programs send
 * neither. A page on another port of the same host is another site, too.
 */
function refuseOtherSites(headers: IncomingHttpHeaders): void {
  const site = headers["sec-fetch-site"];
  const { origin } = headers;
  // A reverse proxy that changes Host says what it was.
  const host = headers["x-forwarded-host"] ?? headers.host;
  const otherSite = site !== undefined && site !== "same-origin" && site !== "none";
  const otherOrigin = site === undefined && origin !== undefined && hostOf(origin) !== String(host);
  if (!otherSite && !otherOrigin) return;
  throw new HttpProblem(
    403,
    "Forbidden",
    `A page of another site (${origin ?? site}) must not change anything here.`,
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** @param allowed names, "*.example.org" for all below, "*" for any. IP addresses are always allowed: no name can be rebound to them. */
function hostCheck(allowed: string[]): (host: string | undefined) => boolean {
  if (allowed.includes("*")) return () => true;
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  const endings = allowed.filter((name) => name.startsWith("*.")).map((name) => name.slice(1).toLowerCase());
  const check = (host: string) => {
    const name = host.toLowerCase().replace(/:\d*$/, "");
    if (isIP(name) || (name.startsWith("[") && isIP(name.slice(1, -1)))) return true;
    return names.has(name) || endings.some((ending) => name.endsWith(ending));
  };
  // Nearly all requests name the same few hosts.
  const known = new Map<string, boolean>();
  return (host) => {
    // HTTP/1.0 probes and sidecars of old name none; a browser always does.
    if (host === undefined) return true;
    const answer = known.get(host) ?? check(host);
    if (known.size < 100) known.set(host, answer);
    return answer;
  };
}

function bearerFits(headers: IncomingHttpHeaders, token: string): boolean {
  const { authorization = "" } = headers;
  return authorization.startsWith("Bearer ") && same(authorization.slice("Bearer ".length), token);
}

function same(shown: string, expected: string): boolean {
  const given = Buffer.from(shown);
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
