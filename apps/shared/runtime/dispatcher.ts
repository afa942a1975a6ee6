import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { type Guard, securityHeaders } from "./guard.ts";
import { HttpProblem, notFound } from "./problem.ts";
import { answerProblem } from "./problem-answer.ts";
import { createRoutes, type Route } from "./routes.ts";

/**
 * Middleware as Express and Connect have it: an Express application, `helmet()`, or a function of one's
 * own. An Express Router needs an application around it: `express().use(router)`.
 */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

export interface DispatcherOptions {
  routes: Route[];
  guard: Guard;
  log: Logger;
  /** Called in this order before the public and operator routes: authentication, sessions. */
  before?: Middleware[];
  /** Called in this order for requests that no route answers: a page, an existing router. */
  after?: Middleware[];
}

/**
 * The one way of every request through an app; README.md has it step by step. It does not go through
 * Express, which costs three times as much for each request (docs/performance.md).
 */
export function createDispatcher({ routes, guard, log, before = [], after = [] }: DispatcherOptions) {
  const find = createRoutes(routes);

  return (request: IncomingMessage, response: ServerResponse): void => {
    dispatch(request, response).catch((error) => answerProblem(log, error, request, response));
  };

  async function dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "/";
    const queryAt = url.indexOf("?");
    const whole = queryAt === -1 ? url : url.slice(0, queryAt);
    // Reverse proxies put the API below /api.
    const path = whole.startsWith("/api/") ? whole.slice(4) : whole;
    const method = request.method ?? "GET";

    const found = find(method, path);
    const access = found?.access ?? "public";
    guard.check(access, request);
    if (before.length > 0 && (access === "public" || access === "operator")) {
      await passThrough(before, request, response);
      if (response.writableEnded || response.headersSent) return;
    }
    if (!found) {
      await passThrough(after, request, response);
      if (response.writableEnded || response.headersSent) return;
      throw notFound(`There is nothing at ${method} ${path}.`);
    }
    if (!found.route) {
      const allow = found.methods.join(", ");
      if (method === "OPTIONS") {
        response.writeHead(204, { allow }).end();
        return;
      }
      throw new HttpProblem(405, "Method not allowed", `${path} answers ${allow}; got ${method}.`, { allow });
    }
    const search = queryAt === -1 ? "" : url.slice(queryAt);
    await found.route.answer({ request, response, params: found.params, search });
  }
}

/** Runs middleware in turn. Resolves when the last one calls next, or when one of them has answered. */
async function passThrough(
  middleware: Middleware[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // What the runtime answers itself has them without this, which is quicker.
  for (const name in securityHeaders) response.setHeader(name, securityHeaders[name] as string);
  for (const each of middleware) {
    await new Promise<void>((resolve, reject) => {
      response.once("close", resolve);
      const next = (error?: unknown) => {
        response.removeListener("close", resolve);
        if (error === undefined || error === null || error === "router" || error === "route") resolve();
        else reject(error);
      };
      Promise.resolve(each(request, response, next)).catch(reject);
    });
    if (response.writableEnded || response.destroyed) return;
  }
}
