import { Agent, type IncomingMessage, request } from "node:http";
import type { SidecarAddress } from "./config.ts";
import { currentTrace } from "./trace.ts";

/** The sidecar did not do what was asked. `status` is 0 when it could not be reached. */
export class SidecarError extends Error {
  readonly status: number;
  constructor(action: string, status: number, cause: unknown) {
    super(`${action}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.status = status;
  }
}

/**
 * One call of the sidecar's HTTP API, in the current trace.
 * @returns the answer's JSON; undefined when it has none.
 * @throws SidecarError when the sidecar refused or could not be reached, or did not answer in time.
 */
export type SidecarCall = (
  action: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
  milliseconds?: number,
) => Promise<unknown>;

/** A call that got no answer by then counts as failed; components have shorter time-outs of their own. */
const callMilliseconds = 20_000;

/** Connections to the sidecar are kept alive and used again. @param token shown to the sidecar, where it asks for one. */
export function connectHttp(address: SidecarAddress, token?: string): SidecarCall {
  const to = { ...address, agent: new Agent({ keepAlive: true }) };
  const identity = token ? { "dapr-api-token": token } : {};

  return (action, method, path, body, headers = {}, milliseconds = callMilliseconds) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      const trace = currentTrace();
      const sent = request({
        ...to,
        method,
        path,
        headers: {
          ...identity,
          ...headers,
          ...(trace ? { traceparent: trace } : {}),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          "content-length": Buffer.byteLength(text),
        },
      });
      const fail = (cause: unknown, status = 0) => {
        clearTimeout(timer);
        reject(new SidecarError(action, status, cause));
      };
      const timer = setTimeout(() => {
        fail(`no answer in ${milliseconds} ms`);
        sent.destroy();
      }, milliseconds);
      sent.on("error", fail);
      sent.on("response", (response) => {
        readWhole(response)
          .then((answer) => {
            const status = response.statusCode ?? 0;
            if (status >= 400) return fail(`${status} ${answer}`, status);
            clearTimeout(timer);
            resolve(answer === "" ? undefined : JSON.parse(answer));
          })
          .catch(fail);
      });
      sent.end(text);
    });
}

function readWhole(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    response.on("data", (part: Buffer) => parts.push(part));
    response.on("end", () => resolve(Buffer.concat(parts).toString()));
    response.on("error", reject);
    response.on("aborted", () => reject(new Error("the answer broke off")));
  });
}
