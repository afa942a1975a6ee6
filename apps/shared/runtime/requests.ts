import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import type { Logger } from "pino";
import { createContext } from "./context.ts";
import type { Reply, RequestFunction } from "./functions.ts";
import { badRequest, HttpProblem, notFound } from "./problem.ts";

/** Far more than any request of ours needs. */
const bodyLimit = "16kb";

/** The routes of all request functions, in the order given: the first that fits a path answers. */
export function requestRoutes(functions: RequestFunction[], log: Logger, stopping: AbortSignal): Router {
  const router = Router();
  // Whatever its content type says, a body is JSON here; null and numbers are JSON too.
  const json = express.json({ type: () => true, strict: false, limit: bodyLimit });
  for (const each of functions) {
    const method = each.method.toLowerCase() as "get" | "post" | "delete";
    const parsers = method === "post" ? [json] : [];
    router[method](each.path, ...parsers, async (request: Request, response: Response) => {
      const reply = await each.handle(
        {
          params: request.params as Record<string, string>,
          query: request.query as Record<string, string>,
          headers: request.headers as Record<string, string | undefined>,
          body: request.body,
        },
        createContext(log, each.name, request, response, stopping),
      );
      await send(response, reply);
    });
  }
  return router;
}

async function send(response: Response, { status = 200, headers = {}, body }: Reply): Promise<void> {
  response.status(status).set(headers);
  if (body === undefined) {
    response.end();
  } else if (isIterable(body)) {
    response.flushHeaders();
    await pipeline(Readable.from(body), response);
  } else if (typeof body === "string") {
    response.send(body);
  } else {
    response.json(body);
  }
}

function isIterable(body: unknown): body is AsyncIterable<string | Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

/** For a path that no function has. */
export function noRoute(request: Request): never {
  throw notFound(`There is nothing at ${request.method} ${request.path}.`);
}

/** Turns whatever was thrown into problem+json, and tells nothing about the inside. */
export function answerProblem(log: Logger) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const problem = asProblem(error);
    if (!problem.expected) log.error({ err: error, path: request.path }, "a request failed");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .status(problem.status)
      .set(problem.headers)
      .type("application/problem+json")
      .send(JSON.stringify(problem));
  };
}

function asProblem(error: unknown): HttpProblem & { expected?: boolean } {
  if (error instanceof HttpProblem) return Object.assign(error, { expected: true });
  const { type, status } = error as { type?: string; status?: number };
  if (type === "entity.too.large") {
    return Object.assign(badRequest(`The body is larger than ${bodyLimit}.`), { expected: true });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return Object.assign(badRequest("The request cannot be read: the body has to be JSON."), {
      expected: true,
    });
  }
  return new HttpProblem(500, "Something went wrong", "The request failed here; it is in the logs.");
}
