import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Context } from "./functions.ts";
import { traceId } from "./trace.ts";

/** Makes a handler's context. Its log and signal are made when they are asked for: most requests need neither. */
export function createContext(
  log: Logger,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Context {
  let ownLog: Logger | undefined;
  let ownSignal: AbortSignal | undefined;
  return {
    get log() {
      const trace = traceId(request.headers.traceparent as string | undefined);
      ownLog ??= log.child(trace ? { function: name, trace } : { function: name });
      return ownLog;
    },
    get signal() {
      if (!ownSignal) {
        const gone = new AbortController();
        response.once("close", () => {
          if (!response.writableFinished) gone.abort();
        });
        ownSignal = AbortSignal.any([gone.signal, stopping]);
      }
      return ownSignal;
    },
  };
}
