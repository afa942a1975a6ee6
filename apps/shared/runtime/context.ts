import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Context } from "./functions.ts";
import { traceId } from "./trace.ts";

/**
 * What a handler is given besides its input. Log and signal are made when they are asked for:
 * most requests need neither. A class, since an object with getters of its own costs a third of
 * the API's time for a read.
 */
export class CallContext implements Context {
  readonly #ofApp: { log: Logger; stopping: AbortSignal };
  readonly #name: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #log: Logger | undefined;
  #signal: AbortSignal | undefined;

  /** @param name the function's. */
  constructor(
    ofApp: { log: Logger; stopping: AbortSignal },
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.#ofApp = ofApp;
    this.#name = name;
    this.#request = request;
    this.#response = response;
  }

  get log(): Logger {
    const trace = traceId(this.#request.headers.traceparent as string | undefined);
    this.#log ??= this.#ofApp.log.child(trace ? { function: this.#name, trace } : { function: this.#name });
    return this.#log;
  }

  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.any([closed(this.#response), this.#ofApp.stopping]);
    return this.#signal;
  }
}

/** Aborted when the caller goes away before the answer ended. */
function closed(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
