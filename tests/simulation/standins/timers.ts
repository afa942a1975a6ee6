/** Takes the place of `node:timers/promises`. */

interface Options {
  signal?: AbortSignal;
}

function wait<Value>(milliseconds: number, value: Value, { signal }: Options = {}): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const abort = () => {
      timer.cancelled = true;
      reject(aborted(signal!));
    };
    const timer = host.current.defer(milliseconds, () => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const aborted = (signal: AbortSignal) =>
  Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError" });

export const setTimeout = <Value>(milliseconds = 1, value?: Value, options?: Options) =>
  wait(Math.max(1, milliseconds), value, options);

export const setImmediate = <Value>(value?: Value, options?: Options) => wait(0, value, options);

export async function* setInterval<Value>(milliseconds = 1, value?: Value, options?: Options) {
  while (true) yield await wait(Math.max(1, milliseconds), value, options);
}
