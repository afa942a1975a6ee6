import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { CallContext } from "./context.ts";
import type { Reply, RequestFunction } from "./functions.ts";
import { answerProblem } from "./problem-answer.ts";
import { readJson } from "./read-json.ts";
import { createRoutes, type Route } from "./routes.ts";
import { inTrace } from "./trace.ts";

/**
 * Answers the requests that a function is there for, and leaves the others alone.
 * This is the path that has to be fast, so it stands before express: a request costs a
 * third of what it costs through express' router and body parser (docs/performance.md).
 *
 * @returns a handler that says whether it took the request.
 */
export function requestHandler(functions: RequestFunction[], log: Logger, stopping: AbortSignal) {
  const find = createRoutes(functions);
  const app = { log, stopping };

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = request.url ?? "/";
    const queryAt = url.indexOf("?");
    const whole = queryAt === -1 ? url : url.slice(0, queryAt);
    // Reverse proxies put the API below /api.
    const path = whole.startsWith("/api/") ? whole.slice(4) : whole;
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    try {
      const route = find(method, path);
      if (!route) return false;
      const query = queryAt === -1 ? {} : Object.fromEntries(new URLSearchParams(url.slice(queryAt)));
      answer(route, query, request, response).catch((error) => answerProblem(log, error, request, response));
    } catch (error) {
      answerProblem(log, error, request, response);
    }
    return true;
  };

  async function answer(
    { function: called, params }: Route,
    query: Record<string, string>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = called.method === "POST" ? await readJson(request) : undefined;
    const headers = request.headers as Record<string, string | undefined>;
    const context = new CallContext(app, called.name, request, response);
    const reply = await inTrace(headers.traceparent, () =>
      called.handle({ params, query, headers, body }, context),
    );
    await send(request, response, reply);
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, headers = {}, body }: Reply,
): Promise<void> {
  if (isIterable(body)) {
    response.writeHead(status, headers);
    if (request.method === "HEAD") response.end();
    else await pipeline(Readable.from(body), response);
    return;
  }
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

function isIterable(body: unknown): body is AsyncIterable<string | Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}
