import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { type AppContext, CallContext } from "./context.ts";
import type { AnyRequestFunction, Reply } from "./functions.ts";
import { securityHeaders } from "./guard.ts";
import { badRequest, HttpProblem } from "./problem.ts";
import { readJson } from "./read-json.ts";
import type { Route } from "./routes.ts";
import { inTrace, traceOf } from "./trace.ts";

/** The route of a request function: validates what it declares, calls it, sends its reply. */
export function requestRoute(each: AnyRequestFunction, app: AppContext): Route {
  return {
    method: each.method,
    path: each.path,
    access: each.access ?? "public",
    async answer({ request, response, params, search }) {
      const input = {
        params: valid(each.params, params),
        query: valid(each.query, search === "" ? {} : Object.fromEntries(new URLSearchParams(search))),
        headers: request.headers as Record<string, string | undefined>,
        body: each.body ? valid(each.body, await readJson(request)) : undefined,
      };
      const context = new CallContext(app, each.name, request, response);
      const reply = await inTrace(traceOf(request.headers), () => each.handle(input, context));
      await send(request, response, reply);
    },
  };
}

/** @throws HttpProblem 400 naming everything that does not fit, or the problem that the schema throws. */
function valid(schema: z.ZodType | undefined, given: unknown): unknown {
  if (!schema) return given;
  let parsed: ReturnType<typeof schema.safeParse>;
  try {
    parsed = schema.safeParse(given);
  } catch (error) {
    throw error instanceof HttpProblem ? error : badRequest((error as Error).message);
  }
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `\`${path.join(".")}\`: ${message}` : message,
  );
  throw badRequest(issues.slice(0, 10).join("; "));
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, headers = {}, body }: Reply,
): Promise<void> {
  const isHead = request.method === "HEAD";
  if (isIterable(body)) {
    response.writeHead(status, { ...securityHeaders, ...headers });
    if (isHead) response.end();
    else await pipeline(body instanceof Readable ? body : Readable.from(body), response);
    return;
  }
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...securityHeaders,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(isHead ? undefined : text);
}

function isIterable(body: unknown): body is AsyncIterable<string | Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}
