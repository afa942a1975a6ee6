import type { IncomingMessage } from "node:http";
import { badRequest } from "./problem.ts";

/** Far more than any request of ours needs, in bytes. */
const requestLimit = 16_384;

/**
 * Reads a request's body as JSON, whatever its content type says; undefined when it has none.
 * A body that middleware such as express.json() parsed is taken as it is.
 * @param limit in bytes.
 * @throws HttpProblem 400 for a body that is larger, or not JSON.
 */
export async function readJson(request: IncomingMessage, limit = requestLimit): Promise<unknown> {
  const { body } = request as { body?: unknown };
  if (body !== undefined) return body;
  const text = await readText(request, limit);
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The body must be JSON.");
  }
}

function readText(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      // The rest is read and discarded: a client that still sends would not hear the answer.
      if (bytes <= limit) parts.push(part);
      else reject(badRequest(`The body must be at most ${limit} bytes.`));
    });
    request.on("end", () => resolve(Buffer.concat(parts).toString()));
    request.on("error", reject);
    request.on("aborted", () => reject(badRequest("The request ended before its body did.")));
  });
}
