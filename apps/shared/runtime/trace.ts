import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The trace that the work of this moment belongs to, as the W3C traceparent header that
 * came with a request or an event. Calls to the sidecar carry it on, and the sidecar puts
 * it into the events that it publishes: so one trace goes through all of them.
 */
const traces = new AsyncLocalStorage<string | undefined>();

/** Runs an action, and all that follows from it, in a trace; undefined is none. */
export const inTrace = <Result>(traceparent: string | undefined, action: () => Result): Result =>
  traces.run(traceparent, action);

export const currentTrace = (): string | undefined => traces.getStore();

/** For a callback that something older calls, like a thread: it belongs to the trace of now. */
export const keepTrace = <Parameters extends unknown[]>(callback: (...given: Parameters) => void) =>
  AsyncLocalStorage.bind(callback);

/** The trace id within a traceparent, or undefined. Without tracing the sidecar sends zeros. */
export function traceId(traceparent: string | undefined): string | undefined {
  const id = traceparent?.split("-")[1];
  return id && /[1-9a-f]/.test(id) ? id : undefined;
}
