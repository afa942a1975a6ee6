import type { IncomingMessage } from "node:http";
import { badRequest } from "./problem.ts";

/** Far more than any request of ours needs, in bytes. */
const requestLimit = 16_384;

/**
 * Reads a request's body as JSON, whatever its content type says; undefined when it has none.
 * @param limit in bytes.
 * @throws HttpProblem 400 for a body that is larger, or no JSON.
 */
export async function readJson(request: IncomingMessage, limit = requestLimit): Promise<unknown> {
  const text = await readText(request, limit);
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The request cannot be read: the body has to be JSON.");
  }
}

function readText(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      // The rest is read and thrown away: a client that still sends would not hear the answer.
      if (bytes <= limit) parts.push(part);
      else reject(badRequest(`The body is larger than ${limit} bytes.`));
    });
    request.on("end", () => resolve(Buffer.concat(parts).toString()));
    request.on("error", reject);
    request.on("aborted", () => reject(badRequest("The request ended before its body did.")));
  });
}
