import type { Value } from "../../../apps/shared/contracts/state.ts";
import { ApiError } from "../../../apps/web/adapters/api.ts";

/** A short value, as the API sends it. */
export const sampleValue = (index: number, more: Partial<Value> = {}): Value => ({
  index,
  digits: 1,
  digitCount: 1,
  value: "1",
  calculatedAt: "2026-01-01T00:00:01.000Z",
  calculatedBy: "calculator-0",
  milliseconds: 0.1,
  ...more,
});

export const busy = (status: 429 | 503, retryAfter?: number) =>
  new ApiError(
    status,
    "The queue is full.",
    new Headers(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  );

/** The API's refusal of an operator action without a token, or with a wrong one. */
export const refusal = () =>
  new ApiError(
    401,
    "This needs the operator token, as `Authorization: Bearer <token>`.",
    new Headers({ "www-authenticate": "Bearer", "content-type": "application/problem+json; charset=utf-8" }),
  );

/** An operator that is never asked. */
export const noOperator = { authorize: <Result>(action: () => Promise<Result>) => action() };

/** A call whose answer the test decides. */
export interface PendingCall<Arguments, Answer> {
  arguments: Arguments;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** A function whose calls stay pending until the test answers them. */
export function controlled<Arguments extends unknown[], Answer>() {
  const calls: PendingCall<Arguments, Answer>[] = [];
  const call = (...args: Arguments) =>
    new Promise<Answer>((resolve, reject) => calls.push({ arguments: args, resolve, reject }));
  return { call, calls };
}

/** What a test that fakes timers leaves alone, so that `settle` still works. */
export const realTimers: ("setImmediate" | "queueMicrotask")[] = ["setImmediate", "queueMicrotask"];

/** Resolves when everything that is ready to run has run. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A storage in memory. */
export function memoryStorage(kept: Record<string, unknown> = {}) {
  return {
    kept,
    read: <T>(key: string, fallback: T): T => (key in kept ? (kept[key] as T) : fallback),
    write(key: string, value: unknown): void {
      kept[key] = value;
    },
  };
}
