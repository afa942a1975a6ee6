import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingHttpHeaders } from "node:http";

/**
 * The trace that the current work belongs to, as the W3C traceparent header that
 * came with a request or an event. Calls of the sidecar carry it on, and the sidecar puts
 * it into the events that it publishes: so one trace goes through all of them.
 */
const traces = new AsyncLocalStorage<string | undefined>();

/** Runs an action, and all that follows from it, in a trace; undefined is none. */
export const inTrace = <Result>(traceparent: string | undefined, action: () => Result): Result =>
  traces.run(traceparent, action);

export const currentTrace = (): string | undefined => traces.getStore();

/** For a callback that something older calls, like a thread: it runs in the trace that is current now. */
export const keepTrace = <Parameters extends unknown[]>(callback: (...given: Parameters) => void) =>
  AsyncLocalStorage.bind(callback);

const format = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The traceparent of a request, if it is one (https://www.w3.org/TR/trace-context/, version 00). A
 * client writes this header, and calls of the sidecar repeat it, some of them for several clients
 * together: anything else, 15 KB of it for example, would make the sidecar refuse their call.
 */
export function traceOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers.traceparent;
  return typeof given === "string" && format.test(given) ? given : undefined;
}

/** The trace id within a traceparent, or undefined. Without tracing the sidecar sends zeros. */
export function traceId(traceparent: string | undefined): string | undefined {
  const id = traceparent?.split("-")[1];
  return id && /[1-9a-f]/.test(id) ? id : undefined;
}
