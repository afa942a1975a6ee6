/** Take the places of libraries that a simulated process needs, but whose own work is not what is tested. */

/** Logger of `pino`: passes what is at least a warning on. */
class Log {
  readonly #fields: object;
  level = "warn";
  constructor(fields: object = {}) {
    this.#fields = fields;
  }
  child(fields: object) {
    return new Log({ ...this.#fields, ...fields });
  }
  #write(level: string, given: unknown[]) {
    const [first, second] = given;
    if (typeof first === "string") host.current.log(level, this.#fields, first);
    else host.current.log(level, { ...this.#fields, ...(first as object) }, second as string);
  }
  trace() {}
  debug() {}
  info(...given: unknown[]) {
    this.#write("info", given);
  }
  warn(...given: unknown[]) {
    this.#write("warn", given);
  }
  error(...given: unknown[]) {
    this.#write("error", given);
  }
  fatal(...given: unknown[]) {
    this.#write("fatal", given);
  }
  flush() {}
  isLevelEnabled() {
    return true;
  }
}
export const pino = Object.assign(() => new Log(), { stdTimeFunctions: { isoTime: () => "" } });

/** Metrics of `prom-client`: counted by nobody here. */
class Metric {
  inc() {}
  dec() {}
  set() {}
  observe() {}
  remove() {}
  reset() {}
  labels() {
    return this;
  }
  startTimer() {
    return () => 0;
  }
}

export { Metric as Counter, Metric as Gauge, Metric as Histogram, Metric as Summary };
export class Registry {
  contentType = "text/plain";
  async metrics() {
    return "";
  }
  registerMetric() {}
}

/** `node:async_hooks`: traces are not simulated. */
export class AsyncLocalStorage<Value> {
  static bind<Callback>(callback: Callback): Callback {
    return callback;
  }
  static snapshot() {
    return (action: (...given: unknown[]) => unknown, ...given: unknown[]) => action(...given);
  }
  run<Result>(_value: Value, action: (...given: unknown[]) => Result, ...given: unknown[]): Result {
    return action(...given);
  }
  getStore(): undefined {
    return undefined;
  }
  enterWith() {}
}

export const availableParallelism = () => 2;

/** `uuid`: version 7, which sorts by time. */
let lastTime = 0;
let sequence = 0;
export function v7(): string {
  const time = Math.max(lastTime, host.current.wallTime());
  sequence = time === lastTime ? sequence + 1 : 0;
  lastTime = time;
  const hex = (value: number, digits: number) => Math.floor(value).toString(16).padStart(digits, "0");
  const head = hex(time, 12);
  const tail = `${hex(host.current.random() * 2 ** 32, 8)}${hex(host.current.random() * 65_536, 4)}`;
  return `${head.slice(0, 8)}-${head.slice(8)}-7${hex(sequence % 4096, 3)}-8${hex(host.current.random() * 4096, 3)}-${tail}`;
}
export const randomUUID = () => host.current.uuid();
