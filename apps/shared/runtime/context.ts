import type { IncomingMessage, ServerResponse } from "node:http";
import type { DaprClient } from "@dapr/dapr";
import type { Logger } from "pino";
import type { Context } from "./functions.ts";
import { traceId, traceOf } from "./trace.ts";

/** What the contexts of all calls of an app share. */
export interface AppContext {
  log: Logger;
  stopping: AbortSignal;
  daprClient(): Promise<DaprClient>;
}

/**
 * What a handler is given besides its input. Log and signal are made when they are asked for:
 * most requests need neither. A class, since an object with getters of its own costs a third of
 * the API's time for a read.
 */
export class CallContext implements Context {
  readonly #app: AppContext;
  readonly #name: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #log: Logger | undefined;
  #signal: AbortSignal | undefined;

  /** @param name the function's. */
  constructor(app: AppContext, name: string, request: IncomingMessage, response: ServerResponse) {
    this.#app = app;
    this.#name = name;
    this.#request = request;
    this.#response = response;
  }

  get log(): Logger {
    const trace = traceId(traceOf(this.#request.headers));
    this.#log ??= this.#app.log.child(trace ? { function: this.#name, trace } : { function: this.#name });
    return this.#log;
  }

  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.any([closed(this.#response), this.#app.stopping]);
    return this.#signal;
  }

  get daprClient(): Promise<DaprClient> {
    return this.#app.daprClient();
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
